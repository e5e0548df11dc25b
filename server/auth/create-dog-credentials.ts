import type { Clock } from "#lib/clock/clock.ts";
import type { CredentialCheck, DogCredentials, TokenOwner } from "./dog-credentials.ts";
import { digestToken, sameDigest } from "./token-digest.ts";
import { parseTokenFile, type TokenTable } from "./token-file.ts";
import { readIfChanged } from "./watched-file.ts";

/** The three levels this module speaks on; pino fits. */
export interface CredentialLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface DogCredentialOptions {
  readonly clock: Clock;
  readonly log: CredentialLog;
  /** Secret under which tokens are digested (`loadSecret(dataDir, "dog-token-pepper")`). */
  readonly pepper: string;
  readonly sharedToken?: string | undefined;
  readonly tokensFile?: string | undefined;
  /** How often the file's change time is looked at (ms). */
  readonly recheckMs?: number;
}

/** Unreserved characters of RFC 3986: the only ones that survive an unescaped query string everywhere. */
const URL_SAFE = /^[A-Za-z0-9._~-]*$/;
const NOBODY = Buffer.alloc(32);
const MOST_REMEMBERED = 1_024;

interface Digest {
  readonly bytes: Buffer;
  readonly hex: string;
  readonly name: string;
}

/** Digests of the tokens seen last: a dog shows its token twice in a row, and a shared one is everybody's. */
function rememberDigests(pepper: string): (token: string) => Digest {
  const known = new Map<string, Digest>();
  return (token) => {
    const found = known.get(token);
    if (found) return found;
    const bytes = digestToken(pepper, token);
    const digest = { bytes, hex: bytes.toString("hex"), name: bytes.toString("base64url", 0, 12) };
    known.set(token, digest);
    if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value ?? token);
    return digest;
  };
}

/**
 * Dog credentials from a shared token, a file of per-dog tokens, or both. The file is read again when it changes
 * (or on `reload`); a broken file keeps the old set and is logged. A broken file at the start throws.
 */
export function createDogCredentials(options: DogCredentialOptions): DogCredentials & { reload(): void } {
  const { clock, log, pepper, sharedToken, tokensFile, recheckMs = 2_000 } = options;
  const digestOf = rememberDigests(pepper);
  const shared = sharedToken === undefined || sharedToken === "" ? undefined : digestToken(pepper, sharedToken);
  let dogs = new Map<string, readonly Buffer[]>();
  let owners = new Map<string, string>();
  let stamp: string | undefined;
  let trouble: string | undefined;
  let cancel = () => {};

  const adopt = (table: TokenTable) => {
    dogs = new Map([...table].map(([sn, digests]) => [sn, digests.map((hex) => Buffer.from(hex, "hex"))]));
    owners = new Map([...table].flatMap(([sn, digests]) => digests.map((hex) => [hex, sn] as const)));
  };
  const read = (path: string, first: boolean) => {
    try {
      const file = readIfChanged(path, stamp);
      if (file === undefined) return;
      stamp = file.stamp;
      const parsed = parseTokenFile(file.text);
      if (!parsed.ok) throw new Error(parsed.reason);
      adopt(parsed.table);
      trouble = undefined;
      log.info({ file: path, dogs: parsed.table.size }, first ? "dog tokens read" : "dog tokens read again");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (first) throw new Error(`DOG_TOKENS_FILE ${path}: ${reason}`, { cause: error });
      if (reason === trouble) return;
      trouble = reason;
      log.error({ file: path, reason }, "the dog tokens file is broken: the tokens read before stay in force");
    }
  };
  const watch = (path: string) => {
    cancel = clock.schedule(recheckMs, () => {
      read(path, false);
      watch(path);
    });
  };

  if (tokensFile !== undefined) {
    read(tokensFile, true);
    watch(tokensFile);
  }
  announce(options);

  return {
    configured: shared !== undefined || tokensFile !== undefined,
    urlSafe: URL_SAFE.test(sharedToken ?? ""),
    check(token: string, sn: string): CredentialCheck {
      const { bytes, name } = digestOf(token);
      let ok = shared !== undefined && sameDigest(bytes, shared);
      const own = dogs.get(sn);
      for (const digest of own ?? [NOBODY, NOBODY]) if (sameDigest(bytes, digest)) ok = ok || own !== undefined;
      return { ok, digest: name };
    },
    ownerOf(token: string): TokenOwner {
      const { bytes, hex } = digestOf(token);
      if (shared !== undefined && sameDigest(bytes, shared)) return { status: "fleet" };
      const sn = owners.get(hex);
      return sn === undefined ? { status: "unknown" } : { status: "dog", sn };
    },
    reload() {
      stamp = undefined;
      if (tokensFile !== undefined) read(tokensFile, false);
    },
    close() {
      cancel();
    },
  };
}

function announce({ log, sharedToken, tokensFile }: DogCredentialOptions): void {
  if (sharedToken) {
    log.warn(
      { variable: "DOG_SHARED_TOKEN" },
      "every dog shares one token: whoever reads it off one robot can log in as any of them; prefer DOG_TOKENS_FILE",
    );
    if (!URL_SAFE.test(sharedToken)) {
      log.warn(
        { variable: "DOG_SHARED_TOKEN" },
        "the shared token holds characters that a URL mangles: a wrong token is refused at the login, not at the handshake",
      );
    }
  } else if (tokensFile === undefined) {
    log.warn(
      { variables: ["DOG_SHARED_TOKEN", "DOG_TOKENS_FILE"] },
      "no dog credential is set: every dog will be refused",
    );
  }
}
