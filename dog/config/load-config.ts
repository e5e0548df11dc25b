import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Flags } from "./command-line.ts";
import { parseConfig } from "./parse-config.ts";
import { DogConfigError, type Problem, pathOf } from "./problems.ts";
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
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch ms, to judge certificates by. */
  readonly now: number;
}

const TOKEN = /^[\x21-\x7e]{1,512}$/;
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
  return { config: parsed.config, token: secret.token, rereadToken: secret.rereadToken, tls: secret.tls, warnings };
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

function readSecrets(
  { token, tls }: ReturnType<typeof parseConfig>,
  base: string,
  env: Surroundings["env"],
  now: number,
) {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const read = (option: string, path: string | null): string | undefined => {
    if (path === null) return undefined;
    try {
      return readFileSync(resolve(base, path), "utf8");
    } catch (error) {
      problems.push({ path: option.split("."), what: `cannot read ${resolve(base, path)} (${codeOf(error)})` });
      return undefined;
    }
  };
  const tokenOf = (text: string | undefined, option: string): string => {
    const trimmed = text?.trim() ?? "";
    if (text !== undefined && !TOKEN.test(trimmed)) {
      problems.push({ path: [option], what: "holds no token: expected 1 to 512 printable characters without spaces" });
    }
    return trimmed;
  };
  let value = token.text ?? "";
  let rereadToken: (() => string) | null = null;
  if (token.file !== null) {
    const path = resolve(base, token.file);
    value = tokenOf(read("token_file", token.file), "token_file");
    warnings.push(...openToAll(path, "it holds the token"));
    rereadToken = () => readToken(path);
  } else if (token.env !== null) {
    if (env[token.env] === undefined)
      problems.push({ path: ["token_env"], what: `the variable ${token.env} is not set` });
    value = tokenOf(env[token.env], "token_env");
  }
  const pem = { ca: read("tls.ca", tls.ca), cert: read("tls.cert", tls.cert), key: read("tls.key", tls.key) };
  problems.push(...certificateProblems(pem));
  if (problems.length === 0) warnings.push(...expiry(pem, now));
  if (tls.key !== null) warnings.push(...openToAll(resolve(base, tls.key), "it holds the key of tls.cert"));
  const { ca, cert, key } = pem;
  return {
    token: value,
    rereadToken,
    tls: { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) },
    problems,
    warnings,
  };
}

function readToken(path: string): string {
  const text = readFileSync(path, "utf8").trim();
  if (!TOKEN.test(text)) throw new Error(`${path} holds no token`);
  return text;
}

interface Pem {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  );

function certificateProblems({ ca, cert, key }: Pem): Problem[] {
  const problems: Problem[] = [];
  const refuse = (option: string, what: string) => problems.push({ path: ["tls", option], what });
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  for (const [option, pem] of Object.entries({ ca, cert })) {
    if (pem === undefined || attempt(() => certificatesIn(pem))?.length) continue;
    refuse(option, "holds no certificate; expected PEM (-----BEGIN CERTIFICATE-----)");
  }
  if (key === undefined) return problems;
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey === null) refuse("key", "holds no private key; expected PEM without a passphrase");
  const [own] = (cert !== undefined && attempt(() => certificatesIn(cert))) || [];
  if (own && privateKey && !own.checkPrivateKey(privateKey)) refuse("key", "is not the key of tls.cert");
  return problems;
}

function expiry({ ca, cert }: Pem, now: number): string[] {
  return Object.entries({ ca, cert }).flatMap(([option, pem]) =>
    (pem === undefined ? [] : certificatesIn(pem))
      .filter(({ validToDate }) => validToDate.getTime() < now)
      .map(({ validTo }) => `tls.${option}: a certificate ended on ${validTo}`),
  );
}

function openToAll(path: string, why: string): string[] {
  const OTHERS_READ = 0o004;
  try {
    const isOpen = (statSync(path).mode & OTHERS_READ) !== 0;
    return isOpen ? [`${shortName(path)}: every user of this machine can read it and ${why}; chmod 600 ${path}`] : [];
  } catch {
    return [];
  }
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DogConfigError([`--config: cannot read ${path} (${codeOf(error)})`]);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "no reason given";

/** As the operator would write it from here. */
function shortName(path: string): string {
  const near = relative(".", path);
  return near.startsWith("..") ? resolve(path) : near || path;
}
