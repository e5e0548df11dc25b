import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Flags } from "./command-line.ts";
import { codeOf, openToAll, shortName } from "./config-files.ts";
import { parseConfig } from "./parse-config.ts";
import { DogConfigError, type Problem, pathOf } from "./problems.ts";
import { readSecrets } from "./read-secrets.ts";
import { readYaml } from "./read-yaml.ts";
import type { DogConfig } from "./resolve-config.ts";

export interface LoadedConfig {
  readonly config: DogConfig;
  readonly token: string;
  /** Reads the token again, where it stands in a file of its own; null where it cannot change while the dog runs. */
  readonly rereadToken: (() => string) | null;
  /** PEM. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch ms, to judge certificates by. */
  readonly now: number;
}

export const TOKEN_VARIABLE = "LEASH_DOG_TOKEN";

/**
 * File, command line and environment as one configuration; the command line wins, then the environment. Paths in the file are
 * relative to it. Throws `DogConfigError` with everything that is wrong: where, which option, what came, what is expected.
 */
export function loadConfig(flags: Flags, { env, now }: Surroundings): LoadedConfig {
  const text = flags.config === null ? "" : readConfigFile(flags.config);
  const yaml = readYaml(text);
  if (yaml.misreadings.length > 0) {
    const name = shortName(flags.config ?? "");
    throw new DogConfigError(
      yaml.misreadings.map(({ line, column, what }) => `${line > 0 ? `${name}:${line}:${column}` : name}: ${what}`),
    );
  }
  const given = overridesOf(flags, env[TOKEN_VARIABLE]?.trim());
  const secrets = [flags.token, env[TOKEN_VARIABLE]?.trim()].filter((one) => one !== null && one !== undefined);
  const parsed = parseConfig(yaml.value, given.values, secrets.filter(Boolean));
  const base = flags.config === null ? "." : dirname(resolve(flags.config));
  const secret = readSecrets(parsed, base, env, now);
  const problems = [...parsed.problems, ...secret.problems];
  if (problems.length > 0) {
    const placed = problems.map((problem) => place(problem, given.names, flags.config, yaml.lineOf(problem.path)));
    throw new DogConfigError(placed.sort((a, b) => a.line - b.line).map(({ text: line }) => line));
  }
  const warnings = [...parsed.warnings, ...secret.warnings];
  if (flags.token !== null)
    warnings.push(`--token: every user of this machine can see it; ${TOKEN_VARIABLE} is not shown`);
  if (parsed.token.text !== null && flags.config !== null && !given.values.has("token")) {
    warnings.push(...openToAll(resolve(flags.config), "it holds the token"));
  }
  return {
    config: parsed.config,
    token: secret.token,
    rereadToken: secret.rereadToken,
    tls: secret.tls,
    warnings,
    notes: parsed.notes,
  };
}

/** What wins over the file, and the name it is known by. */
function overridesOf(flags: Flags, tokenOfEnv: string | undefined) {
  const values = new Map<string, unknown>();
  const names = new Map<string, string>();
  const set = (path: string, value: unknown, name: string) => {
    values.set(path, value);
    if (value !== undefined) names.set(path, name);
  };
  const token = flags.token ?? (tokenOfEnv || null);
  if (token !== null) {
    for (const path of ["token_file", "token_env"]) set(path, undefined, "");
    set("token", token, flags.token === null ? TOKEN_VARIABLE : "--token");
  }
  if (flags.sn !== null) set("sn", flags.sn, "--sn");
  if (flags.appId !== null) set("app_id", flags.appId, "--app-id");
  if (flags.network !== null) set("network.kind", flags.network, "--network");
  if (flags.logLevel !== null) set("log_level", flags.logLevel, "--log-level");
  const [url, ...backups] = flags.urls;
  if (url !== undefined) {
    const others = ["wifi", "cellular", "ethernet"].map((kind) => `networks.${kind}.servers`);
    for (const path of ["server", "network.server", "discovery.mdns", ...others]) set(path, undefined, "");
    set("server.url", url, "--url");
    if (backups.length > 0) set("server.backup_url", backups, "--url");
  }
  return { values, names };
}

interface Placed {
  readonly line: number;
  readonly text: string;
}

function place(problem: Problem, names: ReadonlyMap<string, string>, file: string | null, line: number): Placed {
  const path = problem.path.map(String).join(".");
  const flag = [...names].find(([own]) => path === own || path.startsWith(`${own}.`))?.[1];
  if (flag !== undefined) return { line: 0, text: `${flag}: ${problem.what}` };
  const where = file === null ? "" : `${shortName(file)}${line > 0 ? `:${line}` : ""}: `;
  return { line, text: `${where}${pathOf(problem.path)}: ${problem.what}` };
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DogConfigError([`--config: cannot read ${path} (${codeOf(error)})`]);
  }
}
