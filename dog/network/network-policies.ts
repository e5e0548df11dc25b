import { type ServerField, type ServerList, ServerListError, serverProblems } from "#dog/servers/server-list.ts";
import { leashSchedule, PUSHED_POLICY, type RetryPolicy, type Schedule } from "#lib/reconnection/schedule.ts";
import type { NetworkType } from "./network-type.ts";

/** A schedule's numbers for one kind of network. Ms. */
export interface RetryPreset extends RetryPolicy {
  /** Share of a delay that may be added at random. */
  readonly jitter: number;
  readonly firstDelayMs: readonly [number, number];
  readonly dialTimeoutMs: number;
}

const USUAL = { jitter: 0.5, firstDelayMs: [0, 5_000], dialTimeoutMs: 10_000 } as const;

/** Seed, "重连参数调优", in numbers. After its last dial a dog probes every five minutes whatever the preset. */
export const PRESETS = {
  /** What the gateway pushes: 10 retries, 3 to 5 minutes until it only probes. */
  standard: { ...PUSHED_POLICY, ...USUAL },
  /** A cable or a good hall: what fails is the gateway, back within a minute. Short waits, and early to the slow probe (1 min). */
  stable: { ...USUAL, maxRetries: 8, baseDelayMs: 500, maxDelayMs: 15_000 },
  /**
   * Holes of many minutes are usual: keeps trying for an hour, at the end every two or three minutes, so that radio and battery
   * are not spent on a network that is not there.
   */
  unstable: { ...USUAL, maxRetries: 30, baseDelayMs: 1_000, maxDelayMs: 120_000 },
  /**
   * A handover is this dog's alone and over in seconds: dials early, no crowd comes with it. Waking the radio and a slow cell
   * take longer than 10 s to answer. Tries for 15 minutes; a new network dials at once anyway.
   */
  mobile: {
    jitter: 0.5,
    firstDelayMs: [0, 2_000],
    dialTimeoutMs: 15_000,
    maxRetries: 20,
    baseDelayMs: 1_000,
    maxDelayMs: 60_000,
  },
} as const satisfies Record<string, RetryPreset>;

export type PresetName = keyof typeof PRESETS;

/** The schedule of a preset, as the dog reports it at its login. */
export function presetSchedule(preset: PresetName | RetryPreset): Schedule {
  const numbers = typeof preset === "string" ? PRESETS[preset] : preset;
  return { ...leashSchedule(numbers, "reported"), ...numbers };
}

/** Where a dog dials and how it retries while it is on one network. */
export interface NetworkPlan {
  readonly servers: ServerList;
  readonly schedule: Schedule;
}

/** The plan of every network; what a network does not say is the default's. An unknown network has the default. */
export interface NetworkPlans {
  readonly default: NetworkPlan;
  readonly wifi?: Partial<NetworkPlan>;
  readonly cellular?: Partial<NetworkPlan>;
  readonly ethernet?: Partial<NetworkPlan>;
}

export function planFor(plans: NetworkPlans, type: NetworkType): NetworkPlan {
  const own = type === "unknown" ? undefined : plans[type];
  return { servers: own?.servers ?? plans.default.servers, schedule: own?.schedule ?? plans.default.schedule };
}

/** Throws `ServerListError`: a change of network must not lead from wss to ws either. */
export function assertPlans(plans: NetworkPlans): void {
  const own = (["wifi", "cellular", "ethernet"] as const).flatMap((type): ServerField[] => {
    const servers = plans[type]?.servers;
    return servers ? [{ field: `networks.${type}.servers`, urls: servers }] : [];
  });
  const problems = serverProblems([{ field: "servers", urls: plans.default.servers }, ...own]);
  if (problems.length > 0) throw new ServerListError(problems);
}
