import { type Connection, placeOf } from "./postgres-client.ts";

const OLDEST = 120_000;
const SETTINGS = {
  text: `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
    current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync,
    pg_is_in_recovery() AS standby`,
};
const ANSWERS_WITHIN_MS = 5_000;

interface Settings {
  readonly version: number;
  readonly encoding: string;
  readonly synchronous_commit: string;
  readonly fsync: string;
  readonly standby: boolean;
}

/**
 * Throws one line for a server on which a commit that was answered may still be lost, or that cannot hold our text. Asked of
 * every new session: role and database may have settings of their own, and they change. What is asserted is then pinned for
 * the session, so that a reload of the server's configuration does not undo it. `full_page_writes` is left to the
 * administrator: file systems that write pages whole do without it.
 */
export async function assertDurable(connection: Connection, url: string): Promise<void> {
  const found = (await connection.query<Settings & object>(SETTINGS, ANSWERS_WITHIN_MS)).rows[0];
  const problem = found ? problemOf(found) : "it does not tell its settings";
  if (problem !== undefined) throw new Error(`PostgreSQL at ${placeOf(url)} cannot hold the journal: ${problem}`);
  const pin = `SET synchronous_commit = ${found?.synchronous_commit === "remote_apply" ? "remote_apply" : "on"}`;
  await connection.query({ text: pin }, ANSWERS_WITHIN_MS);
}

function problemOf({ version, encoding, synchronous_commit, fsync, standby }: Settings): string | undefined {
  if (version < OLDEST) return "it is older than PostgreSQL 12";
  if (standby) return "it is a standby, which only reads; name the primary";
  if (encoding !== "UTF8") return `its encoding is ${encoding}; create the database with ENCODING 'UTF8'`;
  if (synchronous_commit !== "on" && synchronous_commit !== "remote_apply") {
    return `synchronous_commit is ${synchronous_commit}, so what it answers may be lost; set it to on for this role, database and server`;
  }
  if (fsync !== "on") return "fsync is off, so what it answers may be lost; set it to on";
  return undefined;
}
