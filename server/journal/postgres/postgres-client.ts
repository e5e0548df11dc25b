import { Client, type CustomTypesConfig, DatabaseError, type QueryResult, type QueryResultRow, types } from "pg";
import { systemClock } from "#lib/clock/system-clock.ts";

const CONNECTS_WITHIN_MS = 5_000;
const LEAVES_WITHIN_MS = 1_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
const INT8 = 20;
const NUMERIC = 1_700;

/** Counters, instants and their sums are far below 2^53: numbers, as SQLite answers them. */
const NUMBERS: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format as "text"),
};

/**
 * Once a connection is lost without a word the server ends what it held after some 25 s, its locks included, not after the
 * two hours of TCP's default. JIT costs more than any query of ours takes.
 */
const SESSION = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000;
  SET idle_in_transaction_session_timeout = 10000; SET jit = off`;

export interface ClientOptions {
  readonly url: string;
  /** The server ends a statement of ours after this long. */
  readonly statementMs: number;
  /** And one that waits so long for a lock. */
  readonly lockMs: number;
}

export interface Question {
  /** Prepared once a connection under this name. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** One connection whose every step has an end. It is used until its first failure and thrown away then. */
export interface Connection {
  /** Rejects after `ms` at the latest; then, as after any other failure, the connection is of no more use. */
  query<Row extends QueryResultRow>(query: Question, ms: number): Promise<QueryResult<Row>>;
  /** False once it was given up, or the server has closed it. */
  isUsable(): boolean;
  /** Says goodbye where somebody listens; gone within a second. Idempotent. */
  end(): Promise<void>;
  /** Gone at once. */
  destroy(): void;
}

/** Rejects with one line that names the server and not its password. */
export async function connect({ url, statementMs, lockMs }: ClientOptions): Promise<Connection> {
  const client = new Client({
    connectionString: url,
    fallback_application_name: "leash",
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    types: NUMBERS,
  });
  let usable = true;
  const giveUp = (cause?: Error) => {
    usable = false;
    client.connection.stream.destroy(cause);
  };
  const bounded = <T>(ms: number, work: Promise<T>): Promise<T> =>
    work.finally(systemClock.schedule(ms, () => giveUp(new Error(`no answer within ${ms / 1_000} s`))));
  // Whoever waits for an answer hears of it there; between two questions nobody has to.
  client.on("error", () => giveUp());
  client.on("end", () => giveUp());
  try {
    await bounded(
      CONNECTS_WITHIN_MS,
      client.connect().then(() => client.query(SESSION)),
    );
  } catch (error) {
    giveUp();
    throw new PostgresError(url, error, true);
  }
  return {
    async query({ name, text, values }, ms) {
      try {
        return await bounded(ms, client.query({ text, ...(name && { name }), ...(values && { values: [...values] }) }));
      } catch (error) {
        // Whatever else it is, it answers nothing any more, or an answer to something else.
        if (BROKEN.test(stateOf(error))) giveUp();
        throw postgresError(url, error);
      }
    },
    isUsable: () => usable,
    end: () => bounded(LEAVES_WITHIN_MS, client.end()).catch(() => {}),
    destroy: () => giveUp(),
  };
}

/** Classes of SQLSTATE: the connection's failure, the server going down or coming up. */
const BROKEN = /^(08|57P)/;
/** Too many connections, no room, given up for its length or for a lock: the same question may be answered later. */
const PASSING = /^(08|40|53|55P03|57)/;

function stateOf(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? "") : "08";
}

/** `host:port/database` of a URL, without user and password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  return `${host}:${searchParams.get("port") ?? (port || "5432")}${decodeURIComponent(pathname)}`;
}

/** One line about a failure: the place, and what the server, the network or the resolver said. */
export class PostgresError extends Error {
  /** The server is away or busy, and nothing is wrong with the question. */
  readonly isPassing: boolean;

  constructor(url: string, cause: unknown, isPassing = PASSING.test(stateOf(cause))) {
    super(`PostgreSQL at ${placeOf(url)}: ${reasonOf(cause)}`, { cause });
    this.name = "PostgresError";
    this.isPassing = isPassing;
  }
}

export function postgresError(url: string, error: unknown): Error {
  return error instanceof PostgresError ? error : new PostgresError(url, error);
}

/** A name with several addresses fails with one error for each of them. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error.message || code || error.name;
}
