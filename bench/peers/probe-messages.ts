export interface ProbeQuestion {
  readonly id: number;
  /** `use` only reads; `reset` forgets the event-loop delays so far; `gc` collects garbage first. */
  readonly ask: "use" | "reset" | "gc" | "exit";
}

export interface LoopLag {
  /** Ms beyond what an idle loop shows. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What a server process says of itself. `cpuSeconds` is getrusage(2): all threads, user and system. */
export interface ProbeAnswer {
  readonly id: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly lag: LoopLag;
}
