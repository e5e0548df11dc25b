import { type ServerField, serverProblems } from "#dog/servers/server-list.ts";
import { DNS_TIMEOUT_MS, type DogFile } from "./dog-config.ts";
import { formatMs, SERVER_URL } from "./fields.ts";
import { type PerNetwork, scheduleOf, serversOf } from "./network-plan.ts";
import type { Problem } from "./problems.ts";

/** What gateways ask for. */
const HEARTBEAT_MS = 30_000;

/** What is missing and what contradicts what; `bad` are paths that are wrong by themselves. */
export const disagreements = (file: DogFile, bad: ReadonlySet<string>): Problem[] => [
  ...missing(file, bad),
  ...contradictions(file, bad),
  ...dnsProblems(file),
  ...serverContradictions(file, bad),
];

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

/** Asking for the address is part of a dial: with a name server that is down, what is left must be enough to try a fallback. */
function dnsProblems(file: DogFile): Problem[] {
  const dnsMs = file.dns.timeout;
  const dialMs = Math.min(...plansOf(file).map(([, plan]) => scheduleOf(file, plan).dialTimeoutMs));
  if (dnsMs <= dialMs / 2) return [];
  return dnsMs === DNS_TIMEOUT_MS
    ? [
        {
          path: ["reconnect", "dial_timeout"],
          what: `got ${formatMs(dialMs)}, expected at least twice dns.timeout (${formatMs(dnsMs)})`,
        },
      ]
    : [
        {
          path: ["dns", "timeout"],
          what: `got ${formatMs(dnsMs)}, expected at most half of reconnect.dial_timeout (${formatMs(dialMs)})`,
        },
      ];
}

function plansOf(file: DogFile): [string, PerNetwork][] {
  const own = Object.entries(file.networks).flatMap(([kind, plan]): [string, PerNetwork][] =>
    plan ? [[`networks.${kind}`, plan]] : [],
  );
  return [["reconnect", {}], ...own];
}

const sectionOf = (file: DogFile) =>
  file.server.url || file.server.backup_url
    ? ({ inside: "server", ...file.server } as const)
    : ({ inside: "network.server", ...file.network.server } as const);

/** Every server of the file, by the option it stands in. */
export function serverFields(file: DogFile): readonly ServerField[] {
  const { inside, url, backup_url } = sectionOf(file);
  const fields: ServerField[] = [];
  if (url !== undefined) fields.push({ field: `${inside}.url`, urls: [url] });
  if (backup_url !== undefined) fields.push({ field: `${inside}.backup_url`, urls: backup_url });
  for (const [section, plan] of plansOf(file)) {
    if (plan.servers) fields.push({ field: `${section}.servers`, urls: plan.servers });
  }
  return fields;
}

/** Doubles, and wss beside ws: over all networks, for whoever blocks the one is shown the token by the other. */
function serverContradictions(file: DogFile, bad: ReadonlySet<string>): Problem[] {
  const { inside, url, backup_url } = sectionOf(file);
  const own: string[] = [];
  if (url !== undefined && backup_url?.includes(url)) own.push(`${inside}.backup_url: is server.url once more`);
  if (url === undefined && backup_url !== undefined && !bad.has(`${inside}.url`))
    own.push(`${inside}.backup_url: has no ${inside}.url before it; the primary belongs there`);
  return [...serverProblems(serverFields(file)), ...own].map((line) => {
    const [name = "", ...what] = line.split(": ");
    return { path: name.split(/[.[\]]+/).filter(Boolean), what: what.join(": ") };
  });
}
