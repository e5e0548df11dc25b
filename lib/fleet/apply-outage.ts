import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { recordFailure } from "#lib/reconnection/outage.ts";
import {
  attemptAtLogin,
  openAnchor,
  projectRetries,
  reanchor,
  resumedAnchor,
} from "#lib/reconnection/project-retries.ts";
import type { Dog, Outage } from "./dog.ts";
import type { DogAttemptFailed, DogConnected } from "./event.ts";
import type { EndRule, SessionEnd } from "./session-end.ts";
import { siteOf } from "./traits.ts";

/** The outage after a session ended: a new one, or the one the dog was settling from, which goes on. */
export function dropOutage(dog: Dog, end: SessionEnd, rule: EndRule): Outage {
  const { reason } = rule;
  const refused = REASONS[reason].category === "auth";
  const now = { reason, raw: end.raw, closeCode: end.closeCode, initiator: end.initiator, refused, lastError: null };
  const { outage } = dog;
  if (outage === null) {
    const startedAt = rule.downtimeFrom;
    return {
      id: `${dog.sn}/${startedAt}`,
      startedAt,
      detectedAt: end.at,
      cause: reason,
      ...now,
      schedule: dog.schedule,
      failures: 0,
      lastAttemptAt: null,
      anchor: openAnchor(end.at),
      reauthFrom: 0,
      auth: refused,
      loginAt: null,
      forced: rule.kind === "grace",
      reported: null,
      dials: null,
      priorDials: 0,
      gateway: dog.gateway,
      network: dog.network,
      appId: dog.appId,
      firmware: dog.firmware,
      site: siteOf(dog),
    };
  }
  const isLeash = outage.schedule.kind === "leash";
  const anchor = isLeash ? resumedAnchor(end.at, outage.anchor.attempt, dog.schedule, reason) : openAnchor(end.at);
  return {
    ...outage,
    ...now,
    schedule: dog.schedule,
    detectedAt: end.at,
    anchor,
    reauthFrom: anchor.attempt,
    auth: outage.auth || refused,
    loginAt: null,
    dials: null,
    priorDials: outage.dials ?? outage.priorDials,
  };
}

/**
 * The outage after a login: none where a forced close was answered in time, else one that settles. A login that does not tell
 * of it (a seed dog's, or one whose report is journaled already) counts the dials that were projected.
 */
export function loginOutage(outage: Outage, event: DogConnected, at: number, graceMs: number): Outage | null {
  if (outage.forced && at - outage.detectedAt < graceMs) return null;
  const { reported } = outage;
  const projected = projectRetries(outage, at).attempt;
  const repeated = event.outage !== null && event.outage.id === reported?.id;
  const dials = event.outage?.dials ?? projected + 1;
  const attempt =
    event.outage === null ? projected : (ownAttempt(outage, dials - (repeated ? outage.priorDials : 0)) ?? projected);
  return {
    ...outage,
    forced: false,
    refused: false,
    loginAt: at,
    anchor: { attempt, at, first: false },
    reported: event.outage ?? reported,
    dials: repeated ? Math.max(outage.priorDials, dials) : outage.priorDials + dials,
  };
}

/** A refusal since the drop moves `reauthFrom` and takes steps that are no dials: no telling then from `dials`. */
function ownAttempt(outage: Outage, dials: number): number | null {
  return outage.auth ? null : attemptAtLogin(outage, outage.reauthFrom, dials);
}

/** The outage after dials that were seen to fail. */
export function failOutage(outage: Outage, event: DogAttemptFailed, at: number): Outage {
  const refused = REASONS[event.reason].category === "auth";
  const anchor = reanchor(outage, at, event.count);
  const observed = { failures: outage.failures, lastAttemptAt: outage.lastAttemptAt ?? outage.detectedAt };
  return {
    ...outage,
    ...recordFailure(observed, at, event.count),
    anchor,
    refused,
    reauthFrom: refused && !outage.refused ? anchor.attempt : outage.reauthFrom,
    auth: outage.auth || refused,
    forced: outage.forced && !refused,
    lastError: { reason: event.reason, raw: event.raw },
  };
}
