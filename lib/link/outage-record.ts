/** What a dog remembers of one outage and tells at its next login. Durations come from the monotonic clock, ms. */
export interface OutageRecord {
  /** Made by the dog; the gateway counts an outage once by (sn, id). */
  readonly id: string;
  readonly beganAt: number;
  readonly dials: number;
  /** Dials of the slow probe, of `dials`. */
  readonly probes: number;
  /** Waits before the first dials: whatever was waited for since the dial before. */
  readonly delaysMs: readonly number[];
  /** Waited since the last dial, not yet part of `delaysMs`. */
  readonly waitedMs: number;
  readonly lastError: string | null;
  readonly servers: readonly string[];
}

/** As many waits as the wire takes (docs/PROTOCOL.md P3). */
const DELAYS_KEPT = 32;

export function beginOutage(now: number, random: () => number, lastError: string | null): OutageRecord {
  const id = `${Math.floor(random() * 2 ** 48).toString(36)}${Math.floor(random() * 2 ** 48).toString(36)}`;
  return { id, beganAt: now, dials: 0, probes: 0, delaysMs: [], waitedMs: 0, lastError, servers: [] };
}

/**
 * The session after this outage ended before its report was acknowledged: one outage goes on, under one id, as the gateway
 * reckons it (`lib/fleet/apply-outage.ts`). The `upMs` of that session are no part of it.
 */
export function resumeOutage(outage: OutageRecord, upMs: number, lastError: string | null): OutageRecord {
  return { ...outage, beganAt: outage.beganAt + upMs, lastError };
}

export function noteDial(outage: OutageRecord, isProbe: boolean): OutageRecord {
  const { delaysMs, waitedMs } = outage;
  return {
    ...outage,
    dials: outage.dials + 1,
    probes: outage.probes + (isProbe ? 1 : 0),
    delaysMs: delaysMs.length < DELAYS_KEPT ? [...delaysMs, Math.round(waitedMs)] : delaysMs,
    waitedMs: 0,
  };
}

/** `delayMs` is negative where a wait was cut short. */
export function noteWait(outage: OutageRecord, delayMs: number): OutageRecord {
  return { ...outage, waitedMs: Math.max(0, outage.waitedMs + delayMs) };
}

export function noteServer(outage: OutageRecord, server: string): OutageRecord {
  return outage.servers.includes(server) ? outage : { ...outage, servers: [...outage.servers, server] };
}
