/** Promises that resolve once what they wait for holds; looked at whenever their owner says that something happened. */
export class Waiters<T> {
  readonly #owner: T;
  readonly #looks = new Set<() => void>();

  constructor(owner: T) {
    this.#owner = owner;
  }

  until(check: (owner: T) => boolean): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const look = () => {
      if (!check(this.#owner)) return;
      this.#looks.delete(look);
      resolve(this.#owner);
    };
    this.#looks.add(look);
    look();
    return promise;
  }

  tell(): void {
    for (const look of [...this.#looks]) look();
  }
}
