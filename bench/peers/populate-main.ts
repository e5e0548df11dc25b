// Writes the journal of a fleet that dropped over the last two hours: populate-main.ts DIR DOGS
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FleetEventBody } from "#lib/fleet/event.ts";
import { createSqliteJournal } from "#server/journal/sqlite-journal.ts";
import { feedJournal } from "./feed-journal.ts";
import { connectedBody, disconnectedBody } from "./fleet-past.ts";
import { SILENT_LOG } from "./silent-log.ts";

const SPAN_MS = 2 * 3_600_000;

const [dir = "", count = "0"] = process.argv.slice(2);
const dogs = Number(count);
const startedAt = Date.now();
let appended = 0;
/** The journal's wall clock runs from two hours ago to now while it is written. */
const clock = {
  ...systemClock,
  now: () => Math.floor(startedAt - SPAN_MS + (SPAN_MS * appended) / (2 * dogs)),
};
const journal = await createSqliteJournal({ dir, pid: process.pid, clock, gateway: "bench", log: SILENT_LOG });

function* past(): Generator<FleetEventBody> {
  for (let index = 0; index < dogs; index++) {
    const session = `${journal.epoch}.${index + 1}`;
    yield connectedBody(index, session);
    yield disconnectedBody(index, session, clock.now());
  }
}

await feedJournal(journal, past(), () => {
  appended++;
});
await journal.close();
process.stdout.write(`${JSON.stringify({ events: appended })}\n`);
