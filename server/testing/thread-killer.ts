// Loaded before a gateway by `node --import`: from SIGUSR2 on for 2 s every worker thread ends, as if it crashed.
import type { Worker } from "node:worker_threads";

const FOR_MS = 2_000;
const threads = new Set<Worker>();
let killsUntil = 0;
process.on("worker", (thread: Worker) => {
  threads.add(thread);
  thread.once("exit", () => threads.delete(thread));
  if (performance.now() < killsUntil) void thread.terminate();
});
process.on("SIGUSR2", () => {
  killsUntil = performance.now() + FOR_MS;
  for (const thread of threads) void thread.terminate();
});
