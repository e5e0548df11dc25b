import type { DogConnected, ReportedOutage } from "#lib/fleet/event.ts";
import type { Intern } from "#lib/fleet/intern.ts";
import type { LoginAnswerArgs, LoginArgs, ReportedSchedule } from "#lib/protocol/messages.ts";
import { safeText } from "#lib/protocol/safe-text.ts";
import { assumedSchedule, leashSchedule, type RetryPolicy, type Schedule } from "#lib/reconnection/schedule.ts";
import type { Policies } from "./gateway-options.ts";

/** A dog that says more than the seed's client: it reads close codes and policies. */
export function isLeashDog(login: LoginArgs): boolean {
  return login.client !== undefined || login.schedule !== undefined;
}

/** What this dog will do in an outage: as it reports, as we push to it, or as the seed's client does. */
export function scheduleOf(login: LoginArgs, policies: Policies): Schedule {
  const ours = login.client?.toLowerCase().startsWith("leash") ?? false;
  if (login.schedule) return reported(login.schedule, ours);
  return ours ? leashSchedule(policies.pushed, "pushed") : assumedSchedule(policies.assumed);
}

/** What a dog leaves out of its report is taken from our own client where it is one, else from the seed's. */
function reported(report: ReportedSchedule, ours: boolean): Schedule {
  const policy: RetryPolicy = {
    maxRetries: report.max_retries,
    baseDelayMs: report.base_delay_ms,
    maxDelayMs: Math.max(report.base_delay_ms, report.max_delay_ms),
  };
  const rest = ours ? leashSchedule(policy, "reported") : assumedSchedule(policy);
  const [first, last] = report.first_delay_ms ?? rest.firstDelayMs;
  return {
    ...policy,
    kind: "leash",
    source: "reported",
    firstDelayMs: [Math.min(first, last), Math.max(first, last)],
    jitter: report.jitter ?? rest.jitter,
    dialTimeoutMs: report.dial_timeout_ms ?? rest.dialTimeoutMs,
    probeMs: report.probe_ms === undefined ? rest.probeMs : report.probe_ms,
  };
}

/**
 * The login as the journal's event. Every text from the dog is made safe here. @param shared where its session keeps what
 * many dogs say alike
 */
export function connectedEvent(
  login: LoginArgs,
  session: string,
  remoteAddress: string,
  policies: Policies,
  shared: Intern,
): DogConnected {
  return {
    type: "dog.connected",
    sn: login.sn,
    session,
    appId: shared.word(safeText(login.app_id)),
    remoteAddress,
    network: shared.word(optionalText(login.network)),
    firmware: shared.word(optionalText(login.firmware)),
    client: shared.word(optionalText(login.client)),
    labels: shared.object(login.labels ? safeLabels(login.labels) : {}),
    schedule: shared.object(scheduleOf(login, policies)),
    outage: reportedOutage(login),
  };
}

/** `args` of an accepted login's answer. */
export function loginAnswer(
  session: string,
  heartbeatMs: number,
  stableMs: number,
  pushed: RetryPolicy,
): LoginAnswerArgs {
  return {
    session,
    heartbeat_ms: heartbeatMs,
    stable_ms: stableMs,
    policy: policyArgs(pushed),
  };
}

/** A policy as dogs read it. */
export function policyArgs(policy: RetryPolicy): LoginAnswerArgs["policy"] {
  return { max_retries: policy.maxRetries, base_delay_ms: policy.baseDelayMs, max_delay_ms: policy.maxDelayMs };
}

function reportedOutage({ outage }: LoginArgs): ReportedOutage | null {
  if (!outage) return null;
  return {
    id: safeText(outage.id),
    dials: outage.dials,
    durationMs: outage.duration_ms,
    delaysMs: outage.delays_ms,
    probes: outage.probes,
    lastError: outage.last_error === null ? null : safeText(outage.last_error),
    serversTried: outage.servers_tried,
  };
}

const safeLabels = (labels: NonNullable<LoginArgs["labels"]>) =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [safeText(key), safeText(value)]));

const optionalText = (text: string | undefined) => (text === undefined ? null : safeText(text));
