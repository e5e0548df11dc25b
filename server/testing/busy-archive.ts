// A thread that stores shards and deletes every event it may, without a pause; then says how many.
import { parentPort, workerData } from "node:worker_threads";
import { openArchive } from "#server/journal/database/archive.ts";
import type { RowKey } from "#server/journal/journal-store.ts";

const { file, before } = workerData as { readonly file: string; readonly before: RowKey };
const SHARDS = 200;
const SHARD_BYTES = 100_000;
const archive = await openArchive({ kind: "sqlite", file });
let dropped = 0;
let shards = 0;
for (let count = -1; count !== 0; ) {
  if (shards < SHARDS) await archive.putShard("busy", shards++, new Uint8Array(SHARD_BYTES).fill(shards));
  count = await archive.dropEvents(before, 200);
  dropped += count;
}
while (shards < SHARDS) await archive.putShard("busy", shards++, new Uint8Array(SHARD_BYTES));
await archive.close();
parentPort?.postMessage({ dropped, shards });
