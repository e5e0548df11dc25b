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

/** What one credential has against it. */
interface Offence {
  readonly cause: PenaltyCause;
  /** Name of the token: no secret, and kept as it is. A key put together of both would be one more string per dog. */
  readonly credential: string;
  readonly count: number;
  /** Monotonic ms of the newest one, its penalty included. */
  readonly until: number;
}

/** Wrong tokens tried for one sn that are told apart. */
const MOST_PER_DOG = 32;

/**
 * Penalties per cause and (sn, token digest): never per address, and a right token never pays for a wrong one.
 * Bounded: at `limit` serial numbers the one longest unheard of is forgotten.
 */
export class Penalties {
  readonly #limit: number;
  /** Longest unheard of first. */
  readonly #dogs = new Map<string, Offence[]>();
  /** Goes on where it forgot last: a new one would step over every hole left at the front, 27 us a time. */
  #oldest: Iterator<string> | undefined;

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
    const others = this.#dogs.get(sn);
    const known = others && take(others, cause, digest);
    const before = known && now - known.until < row.forgetMs ? known.count : 0;
    const delayMs = penaltyMs(row, before);
    const offence = { cause, credential: digest, count: before + 1, until: now + delayMs };
    this.#dogs.delete(sn);
    this.#dogs.set(sn, others ? [...others, offence].slice(-MOST_PER_DOG) : [offence]);
    if (this.#dogs.size > this.#limit) this.#forgetOldest();
    return delayMs;
  }

  /** Forgets everything held against this sn. */
  lift(sn: string): void {
    this.#dogs.delete(sn);
  }

  /** Forgets the offences of `cause` for one credential: it was used well. */
  clear(cause: PenaltyCause, sn: string, digest: string): void {
    const offences = this.#dogs.get(sn);
    if (offences && take(offences, cause, digest) && offences.length === 0) this.#dogs.delete(sn);
  }

  /** Drops what is old enough to be forgotten. Call now and then. */
  sweep(now: number): void {
    // An iterator that stands still holds on to every table the map has outgrown.
    this.#oldest = undefined;
    for (const [sn, offences] of this.#dogs) {
      const kept = offences.filter(({ cause, until }) => now - until < PENALTIES[cause].forgetMs);
      if (kept.length === 0) this.#dogs.delete(sn);
      else if (kept.length < offences.length) this.#dogs.set(sn, kept);
    }
  }

  #forgetOldest(): void {
    this.#oldest ??= this.#dogs.keys();
    const oldest = this.#oldest.next();
    if (!oldest.done) this.#dogs.delete(oldest.value);
  }
}

/** Takes the offence of this credential out of the list. */
function take(offences: Offence[], cause: PenaltyCause, credential: string): Offence | undefined {
  const place = offences.findIndex((offence) => offence.cause === cause && offence.credential === credential);
  return place === -1 ? undefined : offences.splice(place, 1)[0];
}

/** Penalty of the offence that has `before` others behind it. */
export function penaltyMs(row: PenaltyRow, before: number): number {
  if (before < row.free) return 0;
  return Math.min(row.capMs, row.firstMs * row.growth ** Math.min(before - row.free, 30));
}
