import type { ErrorCode, FieldError } from "#lib/errors/app-error.ts";

/** What the console's API can refuse with, and the one thing it cannot say: that nobody answered. */
export type ApiErrorCode = ErrorCode | "console_unreachable";

const TRANSIENT: ReadonlySet<ApiErrorCode> = new Set([
  "upstream_unavailable",
  "upstream_timeout",
  "draining",
  "console_unreachable",
]);

/** A refusal of our own API, as the page can explain it. `code` is stable; `detail` is English, for the curious. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly fields: readonly FieldError[];
  /** With `before_horizon`: where history begins, epoch ms. */
  readonly earliest: number | null;

  constructor(
    code: ApiErrorCode,
    status: number,
    detail: string,
    fields: readonly FieldError[] = [],
    earliest: number | null = null,
  ) {
    super(detail);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.earliest = earliest;
  }

  /** It may go well a moment later, unchanged. */
  get isTransient(): boolean {
    return TRANSIENT.has(this.code);
  }
}
