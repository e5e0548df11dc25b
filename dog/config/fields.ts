import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { formatGoDuration, parseDuration } from "#lib/clock/duration.ts";

const SECOND = 1_000;

/**
 * A value of the file. All of them arrive as text (the file is read without YAML's guesses, so `sn: 00123` keeps its zeros) and
 * `parse` answers undefined for a bad one; the issue's message is what was expected.
 */
export function field<T>(expected: string, parse: (text: string) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const parsed = typeof value === "string" ? parse(value.trim()) : undefined;
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: expected, input: value });
    return z.NEVER;
  });
}

export const text = (expected: string, pattern: RegExp) =>
  field(expected, (value) => (pattern.test(value) ? value : undefined));

/** Bare seconds or a Go duration; milliseconds inside. */
export const duration = (leastMs: number, mostMs: number) =>
  field(
    `seconds or a duration such as 500ms, 30s or 1m30s, from ${formatMs(leastMs)} to ${formatMs(mostMs)}`,
    (value) => {
      const ms = parseDuration(value);
      return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
    },
  );

export const whole = (least: number, most: number) =>
  field(`a whole number from ${least} to ${most}`, (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : -1;
    return number >= least && number <= most ? number : undefined;
  });

/** A share of one: `0.5`, or `50%`. */
export const share = () =>
  field("a share from 0 to 1, or 0% to 100%", (value) => {
    const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,6})?)\s?(%?)$/.exec(value) ?? [];
    const number = Number(digits) / (percent === "%" ? 100 : 1);
    return number <= 1 ? number : undefined;
  });

const UNITS: Readonly<Record<string, number>> = { "": 1, B: 1, KiB: 1_024, MiB: 1_048_576 };

export const bytes = (least: number, most: number) =>
  field(`bytes, or KiB or MiB (such as 512KiB), from ${least} bytes to ${most / 1_048_576} MiB`, (value) => {
    const [, digits, unit = ""] = /^(\d{1,12})\s?(B|KiB|MiB)?$/.exec(value) ?? [];
    const number = Number(digits) * (UNITS[unit] ?? 1);
    return number >= least && number <= most ? number : undefined;
  });

export const choice = <const T extends string>(...choices: readonly T[]) =>
  field(`${choices.length > 1 ? "one of " : ""}${choices.join(", ")}`, (value) => choices.find((one) => one === value));

export const flag = () =>
  field("true or false", (value) => (value === "true" ? true : value === "false" ? false : undefined));

export const address = () =>
  field("an IP address such as 192.168.1.1 or 2001:db8::1", (value) =>
    isIPv4(value) || isIPv6(value) ? value : undefined,
  );

/** IPv4 with its bits in one piece, or a prefix length. */
export const netmask = () =>
  field("a netmask such as 255.255.255.0, or a prefix such as 24", (value) => {
    if (/^\/?\d{1,3}$/.test(value)) return Number(value.replace("/", "")) <= 128 ? value : undefined;
    if (!isIPv4(value)) return undefined;
    const bits = value.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
    return /^1*0*$/.test(bits.join("")) ? value : undefined;
  });

export const SERVER_URL = "ws:// or wss:// with a host, such as wss://gateway.example.com/ws, and no credential in it";

/** The gateway's address as it is dialled. A credential in it would be logged and shown: it has a place of its own. */
export const serverUrl = () =>
  field(SERVER_URL, (value) => {
    if (!/^wss?:\/\/[^\s/?#@]+/.test(value) || value.length > 512 || !URL.canParse(value)) return undefined;
    const { username, password, hash, searchParams } = new URL(value);
    return username || password || hash || searchParams.has("token") ? undefined : value;
  });

/** A path of the file system, as written; who reads it resolves it against the file it stands in. */
export const path = () =>
  field("a path", (value) => (value !== "" && value.length <= 4_096 && !value.includes("\0") ? value : undefined));

/** One value, or a list of 1 to `most` of them. */
export const oneOrMany = <T extends z.ZodType>(each: T, most: number) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(each).min(1).max(most));

/** `host: address` or `host: [address, address]` by name. */
export const hosts = <T extends z.ZodType>(each: T) =>
  z.record(z.string().regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})$/, "a host name"), oneOrMany(each, 8));

/** `90_000` -> `1m30s`, `60_000` -> `1m`, `500` -> `500ms`: as somebody would write it into the file. */
export function formatMs(ms: number): string {
  return ms % SECOND === 0
    ? formatGoDuration(ms)
        .replace(/(?<=[hm])0s$/, "")
        .replace(/(?<=h)0m$/, "")
    : `${ms}ms`;
}
