import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** HMAC-SHA-256 of a token under the pepper: what is stored and compared, never the token. */
export function digestToken(pepper: string, token: string): Buffer {
  return createHmac("sha256", pepper).update(token).digest();
}

/** 32 random bytes as base64url: safe in a URL as it is. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** True where both digests are equal; takes the same time wherever they differ. */
export function sameDigest(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const PROCESS_KEY = randomBytes(32);

/** Compares a presented secret with the right one in constant time, whatever their lengths. */
export function sameSecret(presented: string, right: string): boolean {
  const hash = (text: string) => createHmac("sha256", PROCESS_KEY).update(text).digest();
  return timingSafeEqual(hash(presented), hash(right));
}
