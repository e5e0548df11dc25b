import type { WorkResult } from "./measure/results.ts";
import { figure } from "./measure/table.ts";
import type { PeerName } from "./peers/peer.ts";

/** Measured parts from which a fleet is sized. */
export interface Parts {
  /** Server CPU µs of one heartbeat, at a moderate pace. */
  readonly heartbeatUs: number;
  /** Server CPU µs per minute of a dog that is only pinged. */
  readonly idleUsPerMinute: number;
  /** Server CPU µs of one connect and login. */
  readonly loginUs: number;
  /** Bytes of a connected dog, and of one that is offline. */
  readonly connectedBytes: number;
  readonly offlineBytes: number;
  readonly idleProcessBytes: number;
  /** Events a second the journal takes with what is derived from them. */
  readonly journalRate: number;
}

/** What is assumed of a fleet and of prudence. */
export const ASSUMED = {
  heartbeatSeconds: 30,
  /** Share of a core that is planned to be used, the rest is for storms. */
  coreShare: 0.6,
  /** MAX_DOGS of one gateway. */
  dogsPerGateway: 100_000,
  /** Handshakes a second one gateway admits. */
  admittedPerSecond: 1_000,
  dropsPerDogAndDay: 10,
  /** A drop, the login after it, and its becoming stable. */
  eventsPerDrop: 3,
  bytesPerEvent: 600,
} as const;

export interface Sizing {
  readonly dogs: number;
  readonly gateways: number;
  /** Cores for heartbeats and pings alone, at `coreShare`. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** What a node that answers for the whole fleet folds beside its own dogs: those of the other gateways. */
  readonly foldBytes: number;
  readonly eventsPerSecond: number;
  readonly diskBytesPerDay: number;
  /** Until all are in again after all dropped, by admission. */
  readonly stormSeconds: number;
}

/** The parts out of a run; null where one of them was not measured. */
export function partsOf(results: readonly WorkResult[]): Parts | null {
  const of = (work: string, metric: string, peer: PeerName = "leash") =>
    results.find((each) => each.work === work)?.rows.find((row) => row.metric === metric)?.peers[peer]?.median;
  const heartbeatUs = of("heartbeat", "paced_cpu");
  const idleUsPerMinute = of("memory", "idle_cpu");
  const loginUs = of("login", "paced_cpu");
  const connectedBytes = of("memory", "rss");
  const idleProcessMb = of("memory", "idle_process");
  const offlineBytes = of("fold", "bytes");
  const journalRate = of("journal", "rate");
  if (
    heartbeatUs === undefined ||
    idleUsPerMinute === undefined ||
    loginUs === undefined ||
    connectedBytes === undefined ||
    idleProcessMb === undefined ||
    offlineBytes === undefined ||
    journalRate === undefined
  )
    return null;
  const idleProcessBytes = idleProcessMb * 1e6;
  return { heartbeatUs, idleUsPerMinute, loginUs, connectedBytes, offlineBytes, idleProcessBytes, journalRate };
}

/** CPU seconds a second that one quiet dog costs. */
export function loadOfDog({ heartbeatUs, idleUsPerMinute }: Parts): number {
  return (heartbeatUs / ASSUMED.heartbeatSeconds + idleUsPerMinute / 60) / 1e6;
}

export function sizingOf(dogs: number, parts: Parts): Sizing {
  const gateways = Math.ceil(dogs / ASSUMED.dogsPerGateway);
  const eventsPerSecond = (dogs * ASSUMED.dropsPerDogAndDay * ASSUMED.eventsPerDrop) / 86_400;
  return {
    dogs,
    gateways,
    cores: (dogs * loadOfDog(parts)) / ASSUMED.coreShare,
    memoryBytes: dogs * parts.connectedBytes + gateways * parts.idleProcessBytes,
    foldBytes: (dogs - dogs / gateways) * parts.offlineBytes,
    eventsPerSecond,
    diskBytesPerDay: eventsPerSecond * 86_400 * ASSUMED.bytesPerEvent,
    stormSeconds: dogs / gateways / ASSUMED.admittedPerSecond,
  };
}

const FLEETS = [1_000, 100_000, 10_000_000] as const;

/** What one core and one GB carry, and three fleets by arithmetic, as Markdown. */
export function capacityTable(parts: Parts): string {
  const dogsPerCore = ASSUMED.coreShare / loadOfDog(parts);
  const loginsPerCore = (ASSUMED.coreShare * 1e6) / parts.loginUs;
  const row = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => (typeof cell === "number" ? figure(cell) : cell)).join(" | ")} |`;
  return [
    "### Capacity",
    "",
    `One core at ${ASSUMED.coreShare * 100} %: ${figure(dogsPerCore)} quiet dogs (a heartbeat and a ping each ${ASSUMED.heartbeatSeconds} s), or ` +
      `${figure(loginsPerCore)} logins a second. One GB: ${figure(1e9 / parts.connectedBytes)} connected dogs, or ` +
      `${figure(1e9 / parts.offlineBytes)} offline ones. Journal: ${figure(parts.journalRate)} events a second.`,
    "",
    "By arithmetic from the measured parts:",
    "",
    "| dogs | gateways | cores | memory, GB | and for each node that answers for all, GB | events a second | journal, GB a day | all back after a drop of all, s |",
    "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ...FLEETS.map((dogs) => {
      const size = sizingOf(dogs, parts);
      return row([
        size.dogs,
        size.gateways,
        size.cores,
        size.memoryBytes / 1e9,
        size.foldBytes / 1e9,
        size.eventsPerSecond,
        size.diskBytesPerDay / 1e9,
        size.stormSeconds,
      ]);
    }),
    "",
    `Assumed: ${ASSUMED.dropsPerDogAndDay} drops a dog and day of ${ASSUMED.eventsPerDrop} events of ${ASSUMED.bytesPerEvent} bytes, ` +
      `${figure(ASSUMED.dogsPerGateway)} dogs a gateway, ${figure(ASSUMED.admittedPerSecond)} admitted a second and gateway.`,
  ].join("\n");
}
