// A fleet that drops and comes back, folded and told as a gateway does: `history-writer DIR`, for ever (its test kills it).
// Writes `<epoch> <seq>` for each commit it was told of.
import { writeSync } from "node:fs";
import { systemClock } from "#lib/clock/system-clock.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { CAUSE, dogConnected, dogDisconnected } from "#lib/testing/builders.ts";
import { createReadModel, type ReadModel } from "#server/fleet/read-model.ts";
import { createSqliteJournal } from "#server/journal/sqlite-journal.ts";

const DOGS = 300;
const TURN_MS = 5;
const MOST_A_TURN = 20;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const CAUSES = [CAUSE.network, CAUSE.timeout, CAUSE.server, CAUSE.auth, CAUSE.goodbye, CAUSE.network] as const;

const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error("usage: history-writer DIR");
const clock = systemClock;
let fleet: ReadModel | undefined;
const derive = () => fleet?.derive() ?? null;
const journal = await createSqliteJournal({ dir, pid: process.pid, clock, gateway: "writer", log: SILENT, derive });
fleet = createReadModel({
  journal,
  clock,
  settings: { forceDeadlineMs: 300_000, forceRate: 50 },
  policies: { pushed: PUSHED_POLICY, assumed: SEED_POLICY },
  toldThrough: journal.toldThrough,
  creditedThrough: journal.creditedThrough,
});
await fleet.start();
journal.append({ type: "gateway.started", gateway: "writer", previous: journal.previous });

const sessions = new Map<number, { readonly session: string; readonly loginAt: number; isStable: boolean }>();
let logins = 0;

function step(): void {
  const dog = Math.floor(Math.random() * DOGS);
  const sn = `dog-${dog}`;
  const known = sessions.get(dog);
  if (!known) {
    const session = `${journal.epoch}.${++logins}`;
    const network = ["wifi", "lte", null][dog % 3] ?? null;
    const labels = { site: `hall-${dog % 7}` };
    const { at } = journal.append(dogConnected(sn, session, { network, labels }));
    sessions.set(dog, { session, loginAt: at, isStable: false });
  } else if (!known.isStable && Math.random() < 0.6) {
    known.isStable = true;
    journal.append({ type: "dog.stable", sn, session: known.session });
  } else {
    const cause = CAUSES[Math.floor(Math.random() * CAUSES.length)] ?? CAUSE.network;
    // Nobody hears a dog before its login.
    const lastHeardAt = Math.max(known.loginAt, clock.now() - Math.floor(Math.random() * 10_000));
    journal.append(dogDisconnected(sn, known.session, { ...cause, lastHeardAt, sessionMs: 90_000 }));
    sessions.delete(dog);
  }
}

let lastSeq = 0;
journal.subscribe(({ seq }) => {
  lastSeq = seq;
});
for (;;) {
  for (let n = Math.random() * MOST_A_TURN; n > 0; n -= 1) step();
  const seq = lastSeq;
  await journal.committed().then(
    () => writeSync(1, `${journal.epoch} ${seq}\n`),
    // A busy disk: what waits is told with a later one.
    () => {},
  );
  await new Promise<void>((resolve) => clock.schedule(TURN_MS, resolve));
}
