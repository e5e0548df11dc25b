/** What a dog remembers of one outage and tells at its next login. Durations come from the monotonic clock, ms. */
export interface OutageRecord {
  /** Made by the dog; the gateway counts an outage once by (sn, id). */
  readonly id: string;
  readonly beganAt: number;
  readonly dials: number;
  /** Dials of the slow probe, of `dials`. */
  readonly probes: number;
  /** Waits before the first dials. */
  readonly delaysMs: readonly number[];
  readonly lastError: string | null;
  readonly servers: readonly string[];
}

/** As many waits as the wire takes (docs/PROTOCOL.md P3). */
const DELAYS_KEPT = 32;

export function beginOutage(now: number, random: () => number, lastError: string | null): OutageRecord {
  const id = `${Math.floor(random() * 2 ** 48).toString(36)}${Math.floor(random() * 2 ** 48).toString(36)}`;
  return { id, beganAt: now, dials: 0, probes: 0, delaysMs: [], lastError, servers: [] };
}

export function noteDial(outage: OutageRecord, isProbe: boolean): OutageRecord {
  return { ...outage, dials: outage.dials + 1, probes: outage.probes + (isProbe ? 1 : 0) };
}

export function noteDelay(outage: OutageRecord, delayMs: number): OutageRecord {
  return outage.delaysMs.length >= DELAYS_KEPT
    ? outage
    : { ...outage, delaysMs: [...outage.delaysMs, Math.round(delayMs)] };
}

export function noteServer(outage: OutageRecord, server: string): OutageRecord {
  return outage.servers.includes(server) ? outage : { ...outage, servers: [...outage.servers, server] };
}
