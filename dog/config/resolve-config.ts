import { presetSchedule } from "#dog/network/network-policies.ts";
import { isSecure, type ServerField, serverProblems } from "#dog/servers/server-list.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import type { DogFile, LogLevel, NETWORK_KINDS } from "./dog-config.ts";
import { formatMs, SERVER_URL } from "./fields.ts";
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
const PROBE_MS = 300_000;
/** What gateways ask for. */
const HEARTBEAT_MS = 30_000;

export interface Resolved {
  readonly config: DogConfig;
  /** What contradicts what, or is missing. */
  readonly problems: readonly Problem[];
  /** What is allowed and probably not meant. */
  readonly warnings: readonly string[];
}

/**
 * What the file's values amount to together.
 * @param bad paths that are wrong by themselves; nothing more is said about those
 */
export function resolveConfig(file: DogFile, bad: ReadonlySet<string>): Resolved {
  const problems = [...missing(file, bad), ...contradictions(file, bad), ...serverContradictions(file)];
  const config = toConfig(file);
  return {
    config,
    problems: problems.filter(({ path }) => !path.some((_, i) => bad.has(path.slice(0, i + 1).join(".")))),
    warnings: warningsOf(file, config),
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

type PerNetwork = NonNullable<DogFile["networks"]["wifi"]>;

/** The seed has `server` inside `network`; beside it is the same. */
function serversOf({ server, network }: DogFile): readonly string[] {
  const { url, backup_url = [] } = server.url || server.backup_url ? server : network.server;
  return url === undefined ? backup_url : [url, ...backup_url];
}

/** A network's own number, else its own preset, else what `reconnect` says, else that one's preset. */
function scheduleOf({ reconnect }: DogFile, own: PerNetwork): Schedule {
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

function missing(file: DogFile, bad: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const need = (key: string, isThere: boolean, expected: string) => {
    if (!isThere) problems.push({ path: key.split("."), what: `is missing; expected ${expected}` });
  };
  need("app_id", file.app_id !== undefined, "1 to 64 characters here, or --app-id");
  need("sn", file.sn !== undefined, "the dog's serial number here, or --sn");
  const given = (["token", "token_file", "token_env"] as const).filter((key) => file[key] !== undefined);
  need("token", given.length > 0, "token, token_file or token_env here, --token, or the variable LEASH_DOG_TOKEN");
  for (const key of given.slice(1)) problems.push({ path: [key], what: `is given beside ${given[0]}; keep one` });
  const wasMeant = [...bad].some((path) => /(^|[.])(servers?|url|mdns|discovery)([.]|$)/.test(path));
  const somewhere = wasMeant || serversOf(file).length > 0 || file.discovery.mdns;
  need("server.url", somewhere, `${SERVER_URL}; or --url; or discovery.mdns: true`);
  return problems;
}

function contradictions(file: DogFile, bad: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: string, what: string) => problems.push({ path: path.split("."), what });
  const { network, server, tls, heartbeat = HEARTBEAT_MS, watchdog } = file;
  if ((server.url || server.backup_url) && (network.server.url || network.server.backup_url)) {
    refuse("network.server", "is given beside server; keep one of the two");
  }
  if (tls.cert && !tls.key) refuse("tls.cert", "has no tls.key beside it; a client certificate needs both");
  if (tls.key && !tls.cert) refuse("tls.key", "has no tls.cert beside it; a client certificate needs both");
  if (watchdog <= heartbeat) {
    if (file.heartbeat === undefined)
      refuse("watchdog", `got ${formatMs(watchdog)}, expected more than heartbeat (30s)`);
    else refuse("heartbeat", `got ${formatMs(heartbeat)}, expected less than watchdog (${formatMs(watchdog)})`);
  }
  if (network.type === "static" && !network.ip) refuse("network.type", "is static; expected network.ip as well");
  for (const key of ["ip", "netmask", "gateway"] as const) {
    if (network.type === "dhcp" && network[key]) refuse(`network.${key}`, "contradicts network.type dhcp; keep one");
  }
  // Where one of the numbers is wrong by itself, it is not the default's to contradict the others.
  if ([...bad].some((path) => /[.](base_delay|max_delay|preset)$/.test(path))) return problems;
  for (const [section, plan] of plansOf(file)) {
    const { baseDelayMs, maxDelayMs } = scheduleOf(file, plan);
    if (baseDelayMs <= maxDelayMs) continue;
    const own = section === "reconnect" ? file.reconnect : plan;
    if (own.max_delay === undefined) {
      refuse(
        `${section}.base_delay`,
        `got ${formatMs(baseDelayMs)}, expected at most max_delay (${formatMs(maxDelayMs)})`,
      );
    } else {
      refuse(
        `${section}.max_delay`,
        `got ${formatMs(maxDelayMs)}, expected at least base_delay (${formatMs(baseDelayMs)})`,
      );
    }
  }
  return problems;
}

function plansOf(file: DogFile): [string, PerNetwork][] {
  const own = Object.entries(file.networks).flatMap(([kind, plan]): [string, PerNetwork][] =>
    plan ? [[`networks.${kind}`, plan]] : [],
  );
  return [["reconnect", {}], ...own];
}

/** Doubles, and wss beside ws: over all networks, for whoever blocks the one is shown the token by the other. */
function serverContradictions(file: DogFile): Problem[] {
  const { url, backup_url } = file.server.url || file.server.backup_url ? file.server : file.network.server;
  const inside = file.server.url || file.server.backup_url ? "server" : "network.server";
  const fields: ServerField[] = [];
  if (url !== undefined) fields.push({ field: `${inside}.url`, urls: [url] });
  if (backup_url !== undefined) fields.push({ field: `${inside}.backup_url`, urls: backup_url });
  for (const [section, plan] of plansOf(file)) {
    if (plan.servers) fields.push({ field: `${section}.servers`, urls: plan.servers });
  }
  const twice = url !== undefined && backup_url?.includes(url) ? [`${inside}.backup_url: is server.url once more`] : [];
  return [...serverProblems(fields), ...twice].map((line) => {
    const [name = "", ...what] = line.split(": ");
    return { path: name.split(/[.[\]]+/).filter(Boolean), what: what.join(": ") };
  });
}

function warningsOf({ tls, network, reconnect }: DogFile, config: DogConfig): string[] {
  const warnings: string[] = [];
  const all = [config.servers, ...Object.values(config.networks).map(({ servers }) => servers)].flat();
  const names = new Set(all.map((url) => new URL(url).hostname));
  for (const host of Object.keys(config.dns.fallback)) {
    if (all.length > 0 && !names.has(host))
      warnings.push(`dns.fallback.${host}: no server has this name; it is not used`);
  }
  if ((tls.ca || tls.cert) && all.length > 0 && !all.some(isSecure)) {
    warnings.push("tls: no server is wss://; the certificates are not used");
  }
  if (network.ip || network.netmask || network.gateway || network.dns) {
    const what =
      "network.type, ip, netmask, gateway and dns describe the robot; setting them is the operating system's task";
    warnings.push(`${what}, Leash does not change them`);
  }
  const { maxRetries } = config.schedule;
  if (maxRetries === 0)
    warnings.push(
      `reconnect.max_retries: 0 means a dial every ${formatMs(reconnect.probe ?? PROBE_MS)} after the first that failed`,
    );
  return warnings;
}
