import type { DogConnection } from "./connection.ts";
import type { ConnectionState, DogSession } from "./connection-state.ts";

/** Who is on the line: every open connection, the session of each sn, and the duplicates kept beside it. */
export class Roster {
  readonly connections = new Set<DogConnection>();
  readonly #sessions = new Map<string, DogConnection>();
  readonly #duplicates = new Map<string, Set<DogConnection>>();
  readonly #refused = new Map<string, Set<DogConnection>>();
  readonly #held = new Map<string, Set<DogConnection>>();

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Open sockets that are no session. */
  get idle(): number {
    return this.connections.size - this.#sessions.size;
  }

  sessionOf(sn: string): DogConnection | undefined {
    return this.#sessions.get(sn);
  }

  duplicatesOf(sn: string): ReadonlySet<DogConnection> {
    return this.#duplicates.get(sn) ?? NONE;
  }

  refusedOf(sn: string): ReadonlySet<DogConnection> {
    return this.#refused.get(sn) ?? NONE;
  }

  /** Sockets whose good login waits to be let in. */
  heldOf(sn: string): ReadonlySet<DogConnection> {
    return this.#held.get(sn) ?? NONE;
  }

  /** Sessions with their connections, in no promised order. */
  live(): Iterable<DogConnection> {
    return this.#sessions.values();
  }

  setSession(connection: DogConnection, session: DogSession): void {
    this.leave(connection);
    connection.state = { status: "session", session };
    this.#sessions.set(session.connected.sn, connection);
    connection.refile();
  }

  park(connection: DogConnection, state: Extract<ConnectionState, { status: "duplicate" | "refused" | "held" }>): void {
    this.leave(connection);
    connection.state = state;
    if (state.status === "duplicate") file(this.#duplicates, state.session.connected.sn, connection);
    else if (state.status === "held") file(this.#held, state.login.sn, connection);
    else file(this.#refused, state.sn, connection);
    connection.refile();
  }

  /** Takes the connection out of the place its state names. */
  leave(connection: DogConnection): void {
    const { state } = connection;
    if (state.status === "duplicate") unfile(this.#duplicates, state.session.connected.sn, connection);
    else if (state.status === "refused") unfile(this.#refused, state.sn, connection);
    else if (state.status === "held") unfile(this.#held, state.login.sn, connection);
    else if (state.status === "session") {
      const { sn } = state.session.connected;
      if (this.#sessions.get(sn) === connection) this.#sessions.delete(sn);
    }
  }

  /** Sizes, for the metrics. */
  sizes(): { duplicates: number; refused: number; held: number } {
    return { duplicates: this.#duplicates.size, refused: this.#refused.size, held: this.#held.size };
  }
}

const NONE: ReadonlySet<DogConnection> = new Set();

function file(map: Map<string, Set<DogConnection>>, sn: string, connection: DogConnection): void {
  const filed = map.get(sn);
  if (filed) filed.add(connection);
  else map.set(sn, new Set([connection]));
}

function unfile(map: Map<string, Set<DogConnection>>, sn: string, connection: DogConnection): void {
  const filed = map.get(sn);
  filed?.delete(connection);
  if (filed?.size === 0) map.delete(sn);
}
