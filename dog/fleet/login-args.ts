import type { LoginArgs, ReportedSchedule } from "#lib/protocol/messages.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";

export interface Identity {
  readonly sn: string;
  readonly appId: string;
  readonly site: string;
  readonly network: string;
  readonly firmware: string;
  readonly schedule: Schedule;
  readonly localAddress?: string;
}

/** An outage as the dog lives it; `beganAt` is monotonic. */
export interface LivedOutage {
  readonly id: string;
  readonly beganAt: number;
  dials: number;
  probes: number;
  readonly delaysMs: number[];
  lastError: string | null;
}

type OutageReport = NonNullable<LoginArgs["outage"]>;

/** What a dog says when it signs in: the seed's four fields, and the rest where it is one of ours. `now` in epoch ms. */
export function loginArgs(identity: Identity, token: string, now: number, outage: OutageReport | undefined): LoginArgs {
  const args = {
    app_id: identity.appId,
    token,
    sn: identity.sn,
    timestamp: String(Math.floor(now / 1_000)),
  };
  if (identity.schedule.kind === "seed") return args;
  return {
    ...args,
    client: "leash-sim/1",
    network: identity.network,
    firmware: identity.firmware,
    labels: { site: identity.site },
    schedule: wireSchedule(identity.schedule),
    ...(outage ? { outage } : {}),
  };
}

/** The outage as reported at the login that ends it, in the dog's own time. */
export function outageReport(outage: LivedOutage, monotonicNow: number): OutageReport {
  return {
    id: outage.id,
    dials: outage.dials,
    duration_ms: Math.round(monotonicNow - outage.beganAt),
    delays_ms: outage.delaysMs.slice(0, 32),
    probes: outage.probes,
    last_error: outage.lastError,
    servers_tried: 1,
  };
}

function wireSchedule(schedule: Schedule): ReportedSchedule {
  return {
    max_retries: schedule.maxRetries,
    base_delay_ms: schedule.baseDelayMs,
    max_delay_ms: schedule.maxDelayMs,
    first_delay_ms: [...schedule.firstDelayMs],
    jitter: schedule.jitter,
    dial_timeout_ms: schedule.dialTimeoutMs,
    probe_ms: schedule.probeMs,
  };
}
