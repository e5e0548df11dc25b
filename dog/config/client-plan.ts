import type { DogClientOptions, DogSchedule } from "#dog/client/dog-client-options.ts";
import type { NetworkPlans } from "#dog/network/network-policies.ts";
import type { NetworkType } from "#dog/network/network-type.ts";
import type { ServerList } from "#dog/servers/server-list.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import type { DogConfig, NetworkPlan } from "./resolve-config.ts";

/** What a configuration says to a client on a network of this type. */
export function clientOptions(config: DogConfig, { schedule }: NetworkPlan, network: NetworkType) {
  const { appId, sn, labels, watchdogMs, outbox, followPolicy, firmware, heartbeatMs, isOwnSchedule } = config;
  return {
    appId,
    sn,
    labels,
    watchdogMs,
    outboxLimit: outbox,
    followPolicy,
    ...(isOwnSchedule ? { schedule: ownSchedule(schedule) } : {}),
    ...(heartbeatMs === null ? {} : { heartbeatMs }),
    ...(firmware === null ? {} : { firmware }),
    ...(network === "unknown" ? {} : { network }),
  } satisfies Partial<DogClientOptions>;
}

/** A schedule as a client reports it for its own. */
export function ownSchedule({ probeMs, kind: _kind, source: _source, ...numbers }: Schedule): DogSchedule {
  return probeMs === null ? numbers : { ...numbers, probeMs };
}

/** A network that names no servers has the default's; where those are discovered, what was found at the start. */
export function plansOf({ networks, servers, schedule }: DogConfig, found: ServerList): NetworkPlans {
  const own = Object.entries(networks).map(([kind, plan]) => {
    const list = listOf(plan.servers);
    return [kind, { schedule: plan.schedule, ...(list ? { servers: list } : {}) }];
  });
  return { ...Object.fromEntries(own), default: { servers: listOf(servers) ?? found, schedule } };
}

export function listOf([primary, ...backups]: readonly string[]): ServerList | null {
  return primary === undefined ? null : [primary, ...backups];
}
