import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { DOG_TOKEN } from "#lib/protocol/services.ts";
import { codeOf, openToAll } from "./config-files.ts";
import type { ParsedConfig } from "./parse-config.ts";
import type { Problem } from "./problems.ts";

/** Token and certificates from where the configuration has them. `base` is the folder paths are relative to. */
export function readSecrets(
  { token, tls }: ParsedConfig,
  base: string,
  env: Readonly<Record<string, string | undefined>>,
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
    if (text !== undefined && !DOG_TOKEN.test(trimmed)) {
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
  if (!DOG_TOKEN.test(text)) throw new Error(`${path} holds no token`);
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
