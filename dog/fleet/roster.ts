import type { DogSchedule } from "#dog/client/dog-client-options.ts";
import { presetSchedule } from "#dog/network/network-policies.ts";
import { LeashRobot } from "./leash-robot.ts";
import type { Identity, Robot, RobotContext } from "./robot.ts";
import type { Cohort, Scenario } from "./scenario.ts";
import { SeedRobot } from "./seed-robot.ts";

/** One source address holds some 28,000 sockets; on loopback there are more addresses to be had. */
const LOOPBACK = /^wss?:\/\/(127\.\d+\.\d+\.\d+|localhost)[:/]/;
const LOOPBACK_SOURCES = 8;

/** How many of `dogs` each cohort has: its count, or its part of what the counts leave. Adds up to `dogs` where a share is there. */
export function cohortSizes(cohorts: readonly Cohort[], dogs: number): readonly number[] {
  const counted = cohorts.reduce((sum, { count = 0 }) => sum + count, 0);
  const shares = cohorts.reduce((sum, { share = 0 }) => sum + share, 0);
  const left = Math.max(0, dogs - counted);
  let given = 0;
  let shared = 0;
  return cohorts.map(({ count, share = 0 }) => {
    if (count !== undefined) return count;
    // Rounded on the running sum, so that nothing is lost and nothing given twice.
    shared += share;
    const until = shares === 0 ? 0 : Math.round((left * shared) / shares);
    const size = until - given;
    given = until;
    return size;
  });
}

/** The fleet a scenario describes, mixed as chance has it; the same `random`, the same fleet. */
export function createRoster(scenario: Scenario, dogs: number, url: string, context: RobotContext): readonly Robot[] {
  const { random } = context;
  const sizes = cohortSizes(scenario.cohorts, dogs);
  const order = scenario.cohorts.flatMap((cohort, i) => Array.from({ length: sizes[i] ?? 0 }, () => cohort));
  shuffle(order, random);
  const [primary = url, ...backups] = scenario.gateways ?? [];
  return order.map((cohort, index) => createRobot(cohort, index, scenario.sites, [primary, ...backups], context));
}

function createRobot(
  cohort: Cohort,
  index: number,
  sites: readonly string[],
  servers: readonly [string, ...string[]],
  context: RobotContext,
): Robot {
  const pick = (list: readonly string[]) => list[Math.floor(context.random() * list.length)] ?? "";
  const identity: Identity = {
    sn: `GB-${pick(cohort.series)}-${String(index + 1).padStart(4, "0")}`,
    cohort: cohort.name,
    appId: cohort.app,
    site: pick(cohort.site ?? sites),
    network: pick(cohort.network),
    firmware: pick(cohort.firmware),
    labels: cohort.labels,
    servers,
    ...(LOOPBACK.test(servers[0]) ? { localAddress: `127.0.0.${2 + (index % LOOPBACK_SOURCES)}` } : {}),
  };
  return cohort.kind === "seed"
    ? new SeedRobot(identity, context)
    : new LeashRobot(identity, context, scheduleOf(cohort.policy));
}

function scheduleOf(policy: Cohort["policy"]): DogSchedule | undefined {
  if (policy === "operator") return undefined;
  const { maxRetries, baseDelayMs, maxDelayMs, firstDelayMs, jitter, dialTimeoutMs } = presetSchedule(policy);
  return { maxRetries, baseDelayMs, maxDelayMs, firstDelayMs, jitter, dialTimeoutMs };
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a === undefined || b === undefined) continue;
    list[i] = b;
    list[j] = a;
  }
}
