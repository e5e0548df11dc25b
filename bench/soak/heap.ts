/** What is alive in a process's heap, array buffers included, in bytes. */
export interface Heap {
  /** Collects all garbage first. */
  liveBytes(): Promise<number>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: { readonly usedSize?: number; readonly backingStorageSize?: number };
  readonly error?: { readonly message: string };
}

const ANSWER_WITHIN_MS = 20_000;

/** Asks a process that was started with `--inspect`. @param url as its stderr gives it, `ws://127.0.0.1:PORT/ID` */
export async function openHeap(url: string): Promise<Heap> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.addEventListener("open", () => resolve());
  socket.addEventListener("error", () => reject(new Error(`no inspector at ${url}`)));
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  await opened;

  async function ask(method: string): Promise<NonNullable<Answer["result"]>> {
    const id = ++asked;
    const answered = Promise.withResolvers<Answer>();
    waiting.set(id, answered.resolve);
    const late = setTimeout(() => answered.reject(new Error(`${method}: no answer`)), ANSWER_WITHIN_MS);
    socket.send(JSON.stringify({ id, method }));
    try {
      const { result, error } = await answered.promise;
      if (error) throw new Error(`${method}: ${error.message}`);
      return result ?? {};
    } finally {
      clearTimeout(late);
      waiting.delete(id);
    }
  }

  return {
    async liveBytes() {
      await ask("HeapProfiler.collectGarbage");
      const { usedSize = Number.NaN, backingStorageSize = 0 } = await ask("Runtime.getHeapUsage");
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
