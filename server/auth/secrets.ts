import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const BYTES = 32;
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * A secret that lives in `dir/name` (mode 0600): read where it is, else 32 random bytes as base64url are written there.
 * Two processes that start together agree: the file is created exclusively and the loser reads the winner's.
 */
export function loadSecret(dir: string, name: string): string {
  if (!NAME.test(name)) throw new Error(`"${name}" is no name for a secret`);
  const path = join(dir, name);
  return readSecret(path) ?? createSecret(dir, path);
}

function readSecret(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (text.length < BYTES)
    throw new Error(`${path} holds no secret of ${BYTES} characters or more: remove it or restore it`);
  chmodSync(path, 0o600);
  return text;
}

function createSecret(dir: string, path: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const secret = randomBytes(BYTES).toString("base64url");
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${secret}\n`);
    fsyncSync(file);
    closeSync(file);
    return secret;
  } catch (error) {
    const other = readSecret(path);
    if (other === undefined) throw error;
    return other;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
