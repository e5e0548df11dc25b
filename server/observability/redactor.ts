import { safeText } from "#lib/protocol/safe-text.ts";

const HIDDEN = "[hidden]";
const SECRET_KEY = /token|secret|password|passwd|authorization|cookie|pepper|credential|api[-_]?key/i;
/** Where secrets ride inside text: query strings, headers, JSON frames, the user part of a URL. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/([?&](?:token|access_token|api_key|password)=)[^&\s"'#]*/gi, `$1${HIDDEN}`],
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, `$1 ${HIDDEN}`],
  [/((?:\\?")(?:token|password|secret)\\?"\s*:\s*\\?")(?:[^"\\]|\\(?!"))*/gi, `$1${HIDDEN}`],
  [/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${HIDDEN}@`],
];
const SHORTEST_SECRET = 6;
const DEEPEST = 5;
const WIDEST = 50;
const FRAMES = 8;

export interface Redactor {
  /** From now on this value is hidden wherever it appears in a text. */
  hide(secret: string | undefined): void;
  /** Text fit for a log line: secrets hidden, control characters escaped, cut at 256 characters. */
  text(text: string): string;
  /** A value fit for a log line, secret keys hidden at any depth; errors become their type, message and frames. */
  value(value: unknown): unknown;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();

  function text(raw: string): string {
    let clean = raw;
    for (const secret of secrets) clean = clean.replaceAll(secret, HIDDEN);
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return safeText(clean);
  }

  function value(raw: unknown, depth = 0): unknown {
    if (typeof raw === "string") return text(raw);
    if (typeof raw === "bigint") return raw.toString();
    if (typeof raw !== "object" || raw === null) return typeof raw === "function" ? "[function]" : raw;
    if (depth >= DEEPEST) return "[deeper]";
    if (raw instanceof Error) return error(raw, depth);
    if (Array.isArray(raw)) return raw.slice(0, WIDEST).map((item) => value(item, depth + 1));
    if (!isPlain(raw)) return text(`[${raw.constructor?.name ?? "object"}]`);
    return fields(raw, depth);
  }

  function fields(raw: object, depth: number): Record<string, unknown> {
    const clean: [string, unknown][] = [];
    for (const [key, item] of Object.entries(raw).slice(0, WIDEST)) {
      // A count or a flag about tokens is no token.
      const hidden = SECRET_KEY.test(key) && (typeof item === "string" || typeof item === "object") && item !== null;
      clean.push([safeText(key, 64), hidden ? HIDDEN : value(item, depth + 1)]);
    }
    return Object.fromEntries(clean);
  }

  function error(raw: Error, depth: number): Record<string, unknown> {
    const frames = (raw.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
    return {
      type: raw.name,
      message: text(raw.message),
      ...("code" in raw && typeof raw.code === "string" ? { code: text(raw.code) } : {}),
      stack: frames.slice(0, FRAMES).map((line) => text(line.trim())),
      ...(raw.cause === undefined ? {} : { cause: value(raw.cause, depth + 1) }),
    };
  }

  return {
    hide(secret) {
      if (secret !== undefined && secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
    text,
    value: (raw) => value(raw),
  };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
