import { systemClock } from "#lib/clock/system-clock.ts";
import { type Connection, placeOf } from "./postgres-client.ts";

/** "Leash" in ASCII: the lock's two numbers. */
const LOCK = [0x4c656173, 0x68] as const;
/** A gateway that was killed leaves its session behind until the server has read that its socket is closed. */
const WAITS_MS = 1_500;
const LOOKS_EVERY_MS = 50;
const ANSWERS_WITHIN_MS = 5_000;

const TAKE = { text: `SELECT pg_try_advisory_lock(${LOCK.join(", ")}) AS taken` };
const HOLDER = {
  text: `SELECT a.pid, a.application_name, a.client_addr::text FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.classid = ${LOCK[0]} AND l.objid = ${LOCK[1]} AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
};

interface Holder {
  readonly pid: number;
  readonly application_name: string;
  readonly client_addr: string | null;
}

/** Another gateway writes to the database. */
export class DatabaseInUse extends Error {
  constructor(url: string, owner: string) {
    super(`the journal's database ${placeOf(url)} is in use by ${owner}`);
    this.name = "DatabaseInUse";
  }
}

/** Longest name PostgreSQL keeps. */
const LONGEST_NAME = 63;
const NAME = /^leash (\d+) [0-9a-f]{8} (.+)$/;

/** Under which name a gateway's sessions are known to the server: unlike any other process's, even one in another container. */
export function sessionName(pid: number, random: string, gateway: string): string {
  return `leash ${pid} ${random} ${gateway}`.slice(0, LONGEST_NAME);
}

/**
 * Takes the database for this session: a session-level advisory lock, which the server frees when the session ends, however
 * it ends. As long as a former session of ours may still commit, it holds the lock and we wait for its end, which we ask
 * for. Throws `DatabaseInUse` naming another gateway.
 */
export async function lockDatabase(connection: Connection, url: string): Promise<void> {
  const own = new URL(url).searchParams.get("application_name");
  const endsAt = systemClock.monotonic() + WAITS_MS;
  let asked = false;
  for (;;) {
    const answer = await connection.query<{ taken: boolean }>(TAKE, ANSWERS_WITHIN_MS);
    if (answer.rows[0]?.taken) return;
    const holder = (await connection.query<Holder & object>(HOLDER, ANSWERS_WITHIN_MS)).rows[0];
    if (holder && !asked && own !== null && holder.application_name === own) {
      asked = true;
      await connection.query({ text: "SELECT pg_terminate_backend($1)", values: [holder.pid] }, ANSWERS_WITHIN_MS);
    }
    if (systemClock.monotonic() >= endsAt) throw new DatabaseInUse(url, worded(holder, own));
    await new Promise<void>((resolve) => systemClock.schedule(LOOKS_EVERY_MS, resolve));
  }
}

function worded(holder: Holder | undefined, own: string | null): string {
  if (!holder) return "another gateway";
  const backend = `backend ${holder.pid}${holder.client_addr === null ? "" : ` for ${holder.client_addr}`}`;
  if (holder.application_name === own) return `a session of this gateway's own that does not end (${backend})`;
  const [, pid, gateway] = NAME.exec(holder.application_name) ?? [];
  if (pid === undefined) return `${JSON.stringify(holder.application_name)} (${backend})`;
  return `process ${pid}, gateway ${gateway} (${backend})`;
}
