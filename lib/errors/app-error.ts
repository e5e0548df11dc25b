/** Every error a caller can meet, on the wire and inside. Closed: add here first. */
export type ErrorCode =
  | "invalid_input"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "gone"
  | "before_horizon"
  | "payload_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "draining"
  | "journal_unavailable"
  | "history_unavailable"
  | "upstream_unavailable"
  | "upstream_timeout"
  | "upstream_invalid"
  | "unsupported_upstream"
  | "internal";

/** The only code -> HTTP status table. */
export const HTTP_STATUS = {
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  before_horizon: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  draining: 503,
  journal_unavailable: 503,
  history_unavailable: 503,
  upstream_unavailable: 503,
  upstream_timeout: 503,
  upstream_invalid: 502,
  unsupported_upstream: 501,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** One field of the input and what is wrong with it. `field` is a dotted path as the caller wrote it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly fields?: readonly FieldError[];
  /** Seconds for `Retry-After`. */
  readonly retryAfterS?: number;
  /** With `before_horizon`: the earliest instant there is (epoch ms), null where nothing is stored. */
  readonly earliest?: number | null;
}

const BRAND: unique symbol = Symbol.for("leash.app-error");

/** An error whose code and message may leave the process. Anything else leaves as `internal`, text withheld. */
export class AppError extends Error {
  /** Next bundles pages and routes apart: `instanceof` must also know the class of the other bundle. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterS: number | undefined;
  readonly earliest: number | null | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterS = options.retryAfterS;
    this.earliest = options.earliest;
  }

  get status(): number {
    return HTTP_STATUS[this.code];
  }
}

/** application/problem+json (RFC 9457) with a stable `code`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** With `before_horizon`: the earliest instant there is (ISO 8601), null where nothing is stored. */
  readonly earliest?: string | null;
}

/** What may be told about any thrown value. Unknown errors lose their text. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof AppError ? error : new AppError("internal", "something went wrong on our side");
  return {
    type: `urn:leash:error:${known.code}`,
    title: known.code.replaceAll("_", " "),
    status: known.status,
    code: known.code,
    detail: known.message,
    ...(known.fields.length > 0 ? { errors: known.fields } : {}),
    ...(known.earliest === undefined ? {} : { earliest: known.earliest === null ? null : isoOf(known.earliest) }),
  };
}

const isoOf = (at: number): string => new Date(at).toISOString();
