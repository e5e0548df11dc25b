export const LOGIN = "/api/user/login";

/** An outage as the dog will tell of it. */
export interface Away {
  readonly id: string;
  /** Monotonic ms. */
  readonly since: number;
  dials: number;
  lastError: string | null;
}

/** What every login says, the seed's too. */
export const seedLogin = (sn: string, token: string) => ({
  app_id: "witness",
  token,
  sn,
  timestamp: String(Math.floor(Date.now() / 1_000)),
});

/** The same of a Leash dog, with the outage that it ends. */
export const leashLogin = (sn: string, token: string, away: Away | undefined) => ({
  ...seedLogin(sn, token),
  client: "witness/1",
  network: "ethernet",
  firmware: "1.0",
  labels: { site: "bench" },
  schedule: { max_retries: 10, base_delay_ms: 1_000, max_delay_ms: 30_000, first_delay_ms: [0, 5_000], jitter: 0.5 },
  ...(away ? { outage: reportOf(away) } : {}),
});

const reportOf = ({ id, since, dials, lastError }: Away) => ({
  id,
  dials,
  duration_ms: Math.round(performance.now() - since),
  delays_ms: [],
  last_error: lastError,
  servers_tried: 1,
});

/** `isStored` false: the dog is in, and nothing was promised. */
export type LoginAnswer =
  | { readonly ok: true; readonly session: string; readonly isStored: boolean }
  | { readonly ok: false; readonly code: number };

/** Undefined where `text` answers no login. */
export function readLoginAnswer(text: string): LoginAnswer | undefined {
  const { op, service, code, args } = JSON.parse(text) as {
    op: string;
    service: string;
    code: number;
    args?: { session?: string; stored?: boolean };
  };
  if (op !== "galbot_response" || service !== LOGIN) return undefined;
  const session = args?.session;
  if (code !== 0 || session === undefined) return { ok: false, code };
  return { ok: true, session, isStored: args?.stored !== false };
}
