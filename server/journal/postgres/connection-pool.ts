import type { PostgresPool, PostgresPoolClient } from "kysely";
import { systemClock } from "#lib/clock/system-clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { type ClientOptions, type Connection, connect, PostgresError } from "./postgres-client.ts";

export interface PoolOptions extends ClientOptions {
  /** Connections open at once; whoever comes then waits for one, for `answerMs` at the longest. */
  readonly most: number;
  /** Longest time one query may take. */
  readonly answerMs: number;
  /** What is said of a server that is away or busy. */
  readonly away: "journal_unavailable" | "history_unavailable";
}

/**
 * Connections for kysely, opened as they are needed. One that failed is thrown away: what is asked next goes over a new
 * one, so that a server that comes back is found without anybody's help.
 */
export function createConnectionPool({ most, answerMs, away, ...options }: PoolOptions): PostgresPool {
  const idle: Connection[] = [];
  const busy = new Set<Connection>();
  const waiting = new Set<() => void>();
  let opening = 0;
  let ended = false;

  async function take(): Promise<Connection> {
    for (;;) {
      if (ended) throw unavailable("the connections to PostgreSQL are closed");
      const ready = idle.pop();
      if (ready?.isUsable()) return use(ready);
      if (ready) continue;
      if (busy.size + opening < most) return open();
      await turn();
    }
  }

  async function open(): Promise<Connection> {
    opening += 1;
    try {
      const connection = await connect(options);
      if (!ended) return use(connection);
      connection.destroy();
      throw unavailable("the connections to PostgreSQL are closed");
    } catch (error) {
      wake();
      throw error;
    } finally {
      opening -= 1;
    }
  }

  function use(connection: Connection): Connection {
    busy.add(connection);
    return connection;
  }

  /** Resolves when a connection came free. */
  async function turn(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.add(resolve);
    const late = () => reject(unavailable(`no connection to PostgreSQL came free within ${answerMs / 1_000} s`));
    const cancel = systemClock.schedule(answerMs, late);
    await promise.finally(() => {
      cancel();
      waiting.delete(resolve);
    });
  }

  function wake(): void {
    for (const resolve of waiting) {
      waiting.delete(resolve);
      resolve();
      return;
    }
  }

  function give(connection: Connection, isSpent: boolean): void {
    busy.delete(connection);
    if (isSpent || ended) connection.destroy();
    else if (connection.isUsable()) idle.push(connection);
    wake();
  }

  function unavailable(message: string, cause?: unknown): AppError {
    return new AppError(away, message, { retryAfterS: 1, cause });
  }

  function fail(error: unknown): never {
    throw error instanceof PostgresError && error.isPassing ? unavailable(error.message, error) : error;
  }

  return {
    options: {},
    async connect() {
      const connection = await take().catch(fail);
      // Kysely's type is generic in the rows it believes to get: its own tables vouch for them.
      const query = async (text: string, values: readonly unknown[]) => {
        const { command, rowCount, rows } = await connection.query({ text, values }, answerMs).catch(fail);
        return { command, rowCount: rowCount ?? 0, rows };
      };
      return {
        query: query as PostgresPoolClient["query"],
        release: (isSpent = false) => give(connection, isSpent),
      };
    },
    async end() {
      ended = true;
      for (const connection of busy) connection.destroy();
      for (const resolve of waiting) resolve();
      await Promise.all(idle.splice(0).map((connection) => connection.end()));
    },
  };
}
