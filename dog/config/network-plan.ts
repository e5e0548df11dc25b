import { presetSchedule } from "#dog/network/network-policies.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import type { DogFile } from "./dog-config.ts";

export const PROBE_MS = 300_000;

/** What a kind of network may have of its own. */
export type PerNetwork = NonNullable<DogFile["networks"]["wifi"]>;

/** The seed has `server` inside `network`; beside it is the same. */
export function serversOf({ server, network }: DogFile): readonly string[] {
  const { url, backup_url = [] } = server.url || server.backup_url ? server : network.server;
  return url === undefined ? backup_url : [url, ...backup_url];
}

/** A network's own number, else its own preset, else what `reconnect` says, else that one's preset. */
export function scheduleOf({ reconnect }: DogFile, own: PerNetwork): Schedule {
  const schedule = presetSchedule(own.preset ?? reconnect.preset ?? "standard");
  const general: PerNetwork = own.preset === undefined ? reconnect : {};
  return {
    ...schedule,
    maxRetries: own.max_retries ?? general.max_retries ?? schedule.maxRetries,
    baseDelayMs: own.base_delay ?? general.base_delay ?? schedule.baseDelayMs,
    maxDelayMs: own.max_delay ?? general.max_delay ?? schedule.maxDelayMs,
    jitter: own.jitter ?? general.jitter ?? schedule.jitter,
    dialTimeoutMs: reconnect.dial_timeout ?? schedule.dialTimeoutMs,
    probeMs: reconnect.probe ?? PROBE_MS,
  };
}
