import type { OutageRecord } from "#lib/link/outage-record.ts";
import type { LoginArgs, ReportedSchedule } from "#lib/protocol/messages.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";

/** As whom a dog signs in. What is absent is not said. */
export interface DogIdentity {
  readonly sn: string;
  readonly appId: string;
  readonly client: string;
  readonly network?: string | undefined;
  readonly firmware?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** What this dog will do in an outage; absent where it does what the gateway pushes. */
  readonly schedule?: Schedule | undefined;
}

export type OutageReport = NonNullable<LoginArgs["outage"]>;

const LONGEST_MS = 31_536_000_000;
const MOST_DIALS = 1_000_000;

/** What a Leash dog says when it signs in (docs/PROTOCOL.md P3). `now` in epoch ms. */
export function loginArgs(dog: DogIdentity, token: string, now: number, outage: OutageReport | null): LoginArgs {
  const { sn, appId, client, network, firmware, labels, schedule } = dog;
  return {
    app_id: appId,
    token,
    sn,
    timestamp: String(Math.floor(now / 1_000)),
    client,
    ...(schedule ? { schedule: wireSchedule(schedule) } : {}),
    ...(network === undefined ? {} : { network }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(labels && Object.keys(labels).length > 0 ? { labels: { ...labels } } : {}),
    ...(outage ? { outage } : {}),
  };
}

/** The outage as reported at the login that ends it, in the dog's own time. `now` is monotonic, ms. */
export function outageReport(outage: OutageRecord, now: number): OutageReport {
  return {
    id: outage.id,
    dials: Math.min(MOST_DIALS, outage.dials),
    duration_ms: wireMs(now - outage.beganAt),
    delays_ms: outage.delaysMs.slice(0, 32).map(wireMs),
    probes: Math.min(MOST_DIALS, outage.probes),
    last_error: outage.lastError === null ? null : outage.lastError.slice(0, 256),
    servers_tried: Math.min(1_000, outage.servers.length),
  };
}

/** An outage a dog was stopped in, and the one after its next start: to the gateway they are one, which the earlier began. */
export function continuedOutage(earlier: OutageRecord | null, later: OutageRecord | null): OutageRecord | null {
  if (!earlier || !later) return earlier ?? later;
  return {
    id: earlier.id,
    beganAt: earlier.beganAt,
    dials: earlier.dials + later.dials,
    probes: earlier.probes + later.probes,
    delaysMs: [...earlier.delaysMs, ...later.delaysMs].slice(0, 32),
    waitedMs: later.waitedMs,
    lastError: later.lastError ?? earlier.lastError,
    servers: [...new Set([...earlier.servers, ...later.servers])],
  };
}

export function wireSchedule(schedule: Schedule): ReportedSchedule {
  const [first, last] = schedule.firstDelayMs;
  return {
    max_retries: schedule.maxRetries,
    base_delay_ms: Math.max(1, Math.round(schedule.baseDelayMs)),
    max_delay_ms: Math.max(1, Math.round(schedule.maxDelayMs)),
    first_delay_ms: [wireMs(first), wireMs(last)],
    jitter: schedule.jitter,
    dial_timeout_ms: Math.max(1, Math.round(schedule.dialTimeoutMs)),
    probe_ms: schedule.probeMs === null ? null : Math.round(schedule.probeMs),
  };
}

const wireMs = (ms: number): number => Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
