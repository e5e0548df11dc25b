import { isSecure } from "#dog/servers/server-list.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import { disagreements, serverFields } from "./disagreements.ts";
import type { DogFile, LogLevel, NETWORK_KINDS } from "./dog-config.ts";
import { formatMs } from "./fields.ts";
import { type PerNetwork, PROBE_MS, scheduleOf, serversOf } from "./network-plan.ts";
import type { Problem } from "./problems.ts";

export type NetworkKind = (typeof NETWORK_KINDS)[number];

/** Where the dog is let in and how it tries, on one kind of network. */
export interface NetworkPlan {
  /** The primary first; none where they are discovered. */
  readonly servers: readonly string[];
  readonly schedule: Schedule;
}

/** Everything one dog is told, but its secrets. Times in ms. */
export interface DogConfig extends NetworkPlan {
  /** The file says something of the schedule: the dog reports it. Otherwise it does what the operator's policy says. */
  readonly isOwnSchedule: boolean;
  /** The operator's numbers win over the file's. */
  readonly followPolicy: boolean;
  readonly appId: string;
  readonly sn: string;
  readonly firmware: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Null: found out from the system, and watched. */
  readonly network: NetworkKind | null;
  /** Kinds of interfaces whose names mislead. */
  readonly interfaces: Readonly<Record<string, NetworkKind>>;
  /** Where a kind of network has a plan of its own. */
  readonly networks: Readonly<Partial<Record<NetworkKind, NetworkPlan>>>;
  readonly dns: { readonly timeoutMs: number; readonly fallback: Readonly<Record<string, readonly string[]>> };
  readonly discovery: { readonly mdns: boolean; readonly timeoutMs: number; readonly allowInsecure: boolean };
  /** Null: what the gateway asks for. */
  readonly heartbeatMs: number | null;
  readonly watchdogMs: number;
  readonly outbox: { readonly messages: number; readonly bytes: number };
  readonly logLevel: LogLevel;
  readonly statusEveryMs: number;
}

/** What an operator's policy has numbers for, and what it has not. */
const NUMBERS = ["preset", "max_retries", "base_delay", "max_delay"] as const;
const OWN = [...NUMBERS, "jitter", "dial_timeout", "probe"] as const;

export interface Resolved {
  readonly config: DogConfig;
  /** What contradicts what, or is missing. */
  readonly problems: readonly Problem[];
  /** What is allowed and probably not meant. */
  readonly warnings: readonly string[];
  /** What is understood and left to others. */
  readonly notes: readonly string[];
}

/**
 * What the file's values amount to together.
 * @param bad paths that are wrong by themselves; nothing more is said about those
 */
export function resolveConfig(file: DogFile, bad: ReadonlySet<string>): Resolved {
  const problems = disagreements(file, bad);
  const config = toConfig(file);
  return {
    config,
    problems: problems.filter(({ path }) => !path.some((_, i) => bad.has(path.slice(0, i + 1).join(".")))),
    warnings: warningsOf(file, config),
    notes: notesOf(file),
  };
}

function toConfig(file: DogFile): DogConfig {
  const servers = serversOf(file);
  const planOf = (plan: PerNetwork): NetworkPlan => ({
    servers: plan.servers ?? servers,
    schedule: scheduleOf(file, plan),
  });
  const { wifi, cellular, ethernet } = file.networks;
  return {
    appId: file.app_id ?? "",
    sn: file.sn ?? "",
    firmware: file.firmware ?? null,
    labels: file.labels,
    servers,
    schedule: scheduleOf(file, {}),
    isOwnSchedule: says(file, OWN),
    followPolicy: file.reconnect.follow_policy ?? !says(file, NUMBERS),
    network: file.network.kind === "auto" ? null : file.network.kind,
    interfaces: file.network.interfaces,
    networks: {
      ...(wifi ? { wifi: planOf(wifi) } : {}),
      ...(cellular ? { cellular: planOf(cellular) } : {}),
      ...(ethernet ? { ethernet: planOf(ethernet) } : {}),
    },
    dns: { timeoutMs: file.dns.timeout, fallback: file.dns.fallback },
    discovery: {
      mdns: file.discovery.mdns,
      timeoutMs: file.discovery.timeout,
      allowInsecure: file.discovery.allow_insecure,
    },
    heartbeatMs: file.heartbeat ?? null,
    watchdogMs: file.watchdog,
    outbox: file.outbox,
    logLevel: file.log_level,
    statusEveryMs: file.status_every,
  };
}

/** Whether the file has one of these, for all networks or for one. */
const says = (file: DogFile, keys: readonly (keyof DogFile["reconnect"])[]): boolean =>
  [file.reconnect, ...Object.values(file.networks)].some((plan) =>
    keys.some((key) => new Map(Object.entries(plan ?? {})).get(key) !== undefined),
  );

function warningsOf(file: DogFile, config: DogConfig): string[] {
  const { tls, reconnect } = file;
  const warnings: string[] = [];
  for (const { field, urls } of serverFields(file)) {
    const bare = urls.find((url) => new URL(url).pathname === "/");
    if (bare !== undefined) warnings.push(`${field}: ${bare} has no path; gateways answer at /ws, and 404 elsewhere`);
  }
  const all = [config.servers, ...Object.values(config.networks).map(({ servers }) => servers)].flat();
  const names = new Set(all.map((url) => new URL(url).hostname));
  for (const host of Object.keys(config.dns.fallback)) {
    if (all.length > 0 && !names.has(host))
      warnings.push(`dns.fallback.${host}: no server has this name; it is not used`);
  }
  if ((tls.ca || tls.cert) && all.length > 0 && !all.some(isSecure)) {
    warnings.push("tls: no server is wss://; the certificates are not used");
  }
  const { maxRetries } = config.schedule;
  if (maxRetries === 0)
    warnings.push(
      `reconnect.max_retries: 0 means a dial every ${formatMs(reconnect.probe ?? PROBE_MS)} after the first that failed`,
    );
  return warnings;
}

function notesOf({ network: { type, ip, netmask, gateway, dns } }: DogFile): string[] {
  if (![type, ip, netmask, gateway, dns].some((value) => value !== undefined)) return [];
  return ["network: type, ip, netmask, gateway and dns are the operating system's to set; Leash changes none of them"];
}
