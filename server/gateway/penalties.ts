/** What a dog may be held back for. */
export type PenaltyCause = "bad_token" | "revoked" | "too_many_sockets" | "overloaded" | "login_loop";

interface PenaltyRow {
  /** Offences that cost nothing. */
  readonly free: number;
  readonly firstMs: number;
  readonly growth: number;
  readonly capMs: number;
  /** Quiet time after which the offences are forgotten. */
  readonly forgetMs: number;
}

/** The one table. The seed's client backs off only when a dial fails, so a socket is held open for the penalty instead. */
export const PENALTIES = {
  bad_token: { free: 0, firstMs: 1_000, growth: 2, capMs: 60_000, forgetMs: 600_000 },
  revoked: { free: 0, firstMs: 1_000, growth: 2, capMs: 60_000, forgetMs: 600_000 },
  too_many_sockets: { free: 0, firstMs: 1_000, growth: 2, capMs: 60_000, forgetMs: 600_000 },
  overloaded: { free: 0, firstMs: 1_000, growth: 2, capMs: 60_000, forgetMs: 600_000 },
  login_loop: { free: 10, firstMs: 500, growth: 2, capMs: 4_000, forgetMs: 10_000 },
} as const satisfies Record<PenaltyCause, PenaltyRow>;

interface Offences {
  readonly cause: PenaltyCause;
  count: number;
  /** Monotonic ms of the newest one, its penalty included. */
  until: number;
}

/** Wrong tokens tried for one sn that are told apart. */
const MOST_PER_DOG = 32;

/**
 * Penalties per cause and (sn, token digest): never per address, and a right token never pays for a wrong one.
 * Bounded: at `limit` serial numbers the one longest unheard of is forgotten.
 */
export class Penalties {
  readonly #limit: number;
  readonly #dogs = new Map<string, Map<string, Offences>>();

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** Serial numbers with something against them. */
  get size(): number {
    return this.#dogs.size;
  }

  /** Counts one offence and returns how long it holds the dog back (ms). @param now monotonic ms */
  charge(cause: PenaltyCause, sn: string, digest: string, now: number): number {
    const row: PenaltyRow = PENALTIES[cause];
    const offences = this.#dogs.get(sn) ?? new Map<string, Offences>();
    const key = `${cause} ${digest}`;
    const known = offences.get(key);
    const before = known && now - known.until < row.forgetMs ? known.count : 0;
    const delayMs = penaltyMs(row, before);
    putLast(offences, key, { cause, count: before + 1, until: now + delayMs }, MOST_PER_DOG);
    putLast(this.#dogs, sn, offences, this.#limit);
    return delayMs;
  }

  /** Forgets everything held against this sn. */
  lift(sn: string): void {
    this.#dogs.delete(sn);
  }

  /** Forgets the offences of `cause` for one credential: it was used well. */
  clear(cause: PenaltyCause, sn: string, digest: string): void {
    const offences = this.#dogs.get(sn);
    if (offences?.delete(`${cause} ${digest}`) && offences.size === 0) this.#dogs.delete(sn);
  }

  /** Drops what is old enough to be forgotten. Call now and then. */
  sweep(now: number): void {
    for (const [sn, offences] of this.#dogs) {
      for (const [key, { cause, until }] of offences)
        if (now - until >= PENALTIES[cause].forgetMs) offences.delete(key);
      if (offences.size === 0) this.#dogs.delete(sn);
    }
  }
}

/** Penalty of the offence that has `before` others behind it. */
export function penaltyMs(row: PenaltyRow, before: number): number {
  if (before < row.free) return 0;
  return Math.min(row.capMs, row.firstMs * row.growth ** Math.min(before - row.free, 30));
}

/** Sets `key` as the newest entry; beyond `limit` the oldest goes. */
function putLast<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
