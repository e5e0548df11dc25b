import type { LogLevel } from "#dog/config/dog-config.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

export type Log = Readonly<Record<LogLevel, (what: string, fields?: LogFields) => void>>;
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

const RANK = { debug: 0, info: 1, warn: 2, error: 3 } as const satisfies Record<LogLevel, number>;
const HIDDEN = "***";

/**
 * One line an event: instant in UTC, level, what happened, then `name=value` with quotes where a value has spaces. Control
 * characters are escaped, and `secrets` (asked for at every line: a token changes) stand for `***` wherever they appear.
 */
export function createLog(
  clock: Clock,
  level: LogLevel,
  secrets: () => readonly string[],
  write: (line: string) => void,
): Log {
  const say =
    (own: LogLevel) =>
    (what: string, fields: LogFields = {}) => {
      if (RANK[own] < RANK[level]) return;
      const said = Object.entries(fields).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : [`${name}=${quoted(hide(String(value), secrets()))}`],
      );
      const at = new Date(clock.now()).toISOString();
      write([at, own.padEnd(5), safeText(hide(what, secrets())), ...said].join(" "));
    };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** A token so short that it is part of other words is hidden where it stands alone. */
const SHORT = 8;

function hide(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((hidden, secret) => hidden.replaceAll(patternOf(secret), HIDDEN), text);
}

function patternOf(secret: string): RegExp {
  const exact = secret.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(secret.length < SHORT ? `(?<![A-Za-z0-9])${exact}(?![A-Za-z0-9])` : exact, "g");
}

function quoted(text: string): string {
  const safe = safeText(text);
  return /[\s"=]/.test(safe) || safe === "" ? `"${safe.replaceAll('"', '\\"')}"` : safe;
}
