/** Promises for one thing that comes or does not. An aborted signal takes its own promise out alone. */
export class Waiters<T> {
  readonly #waiting = new Set<PromiseWithResolvers<T>>();

  get size(): number {
    return this.#waiting.size;
  }

  /** `aborted` makes the error of an abort, once its waiter is gone. */
  wait(signal: AbortSignal | undefined, aborted: () => Error): Promise<T> {
    const waiter = Promise.withResolvers<T>();
    const abort = () => {
      this.#waiting.delete(waiter);
      waiter.reject(aborted());
    };
    this.#waiting.add(waiter);
    signal?.addEventListener("abort", abort, { once: true });
    const forget = () => signal?.removeEventListener("abort", abort);
    waiter.promise.then(forget, forget);
    return waiter.promise;
  }

  resolve(value: T): void {
    for (const waiter of this.#take()) waiter.resolve(value);
  }

  reject(error: Error): void {
    for (const waiter of this.#take()) waiter.reject(error);
  }

  #take(): PromiseWithResolvers<T>[] {
    const waiters = [...this.#waiting];
    this.#waiting.clear();
    return waiters;
  }
}
