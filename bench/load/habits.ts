import type { Random } from "#lib/testing/random.ts";

/** What threw a dog off the line or kept it from getting on. */
export type Setback =
  /** The open connection ended: the close frame's code, 1006 for none. */
  | { readonly type: "closed"; readonly code: number }
  | { readonly type: "refused"; readonly status: number; readonly retryAfterS: number | null }
  | { readonly type: "failed" }
  | { readonly type: "login_refused" };

/** `dial` after the delay; `ask` asks `/healthz` first; `wait` leaves it to the gateway; `give_up` never dials again. */
export interface NextStep {
  readonly step: "dial" | "ask" | "wait" | "give_up";
  readonly delayMs: number;
}

/** How a kind of dog comes back. Written from the two protocols' descriptions, not from the product's client. */
export interface Habit {
  readonly kind: "seed" | "leash";
  readonly loginsOnFirstConnection: number;
  /** @param attempt failed dials since the last good connection */
  next(setback: Setback, attempt: number, random: Random): NextStep;
}

const dialIn = (delayMs: number): NextStep => ({ step: "dial", delayMs });
const SEED_TRIES = 15;

/** The seed's Go client: at once after a read error, 1 s doubling to 60 s after a failed dial, deaf to codes and headers. */
export const seedHabit: Habit = {
  kind: "seed",
  loginsOnFirstConnection: 2,
  next(setback, attempt) {
    if (setback.type === "closed") return dialIn(0);
    if (setback.type === "login_refused") return { step: "wait", delayMs: 0 };
    if (attempt >= SEED_TRIES) return { step: "give_up", delayMs: 0 };
    return dialIn(Math.min(60_000, 1_000 * 2 ** attempt));
  },
};

const LEASH = { tries: 10, baseMs: 1_000, maxMs: 30_000, firstMs: 5_000, jitter: 0.5, probeMs: 300_000 } as const;
const REAUTHENTICATE = { tries: 5, delayMs: 5_000 } as const;

/** A Leash dog: what the close code's range asks for, `Retry-After` as it says, jitter in everything, never silence. */
export const leashHabit: Habit = {
  kind: "leash",
  loginsOnFirstConnection: 1,
  next(setback, attempt, random) {
    const probe = () => dialIn(LEASH.probeMs * (0.8 + 0.4 * random()));
    const first = () => dialIn(LEASH.firstMs * random());
    switch (setback.type) {
      case "closed": {
        const { code } = setback;
        if (code >= 4000 && code < 4100) return dialIn(1_000 * random());
        if (code >= 4200 && code < 4300) return dialIn(REAUTHENTICATE.delayMs);
        if (code === 1000 || (code >= 4500 && code < 4600)) return probe();
        if (code >= 1011 && code <= 1013) return { step: "ask", delayMs: askDelayMs(0, random) };
        return first();
      }
      case "login_refused":
        return attempt < REAUTHENTICATE.tries ? dialIn(REAUTHENTICATE.delayMs) : probe();
      case "refused":
        if (setback.status === 401 || setback.status === 403) {
          return attempt < REAUTHENTICATE.tries ? dialIn(REAUTHENTICATE.delayMs) : probe();
        }
        if (setback.retryAfterS !== null) return dialIn((setback.retryAfterS + random()) * 1_000);
        return backoff(attempt, random) ?? probe();
      case "failed":
        return backoff(attempt, random) ?? probe();
    }
  },
};

function backoff(attempt: number, random: Random): NextStep | undefined {
  if (attempt >= LEASH.tries) return undefined;
  return dialIn(Math.min(LEASH.maxMs, LEASH.baseMs * 2 ** attempt) * (1 + LEASH.jitter * random()));
}

/** `/healthz` is asked at 5, 10, 20 ... 60 s, each 20 % more or less. @param asked times already asked */
export function askDelayMs(asked: number, random: Random): number {
  return Math.min(60_000, 5_000 * 2 ** asked) * (0.8 + 0.4 * random());
}

/** Once the service is well: spread over ten seconds. */
export const afterAskMs = (random: Random): number => 10_000 * random();
