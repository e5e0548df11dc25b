import { z } from "zod";
import { AppError, type ErrorCode, HTTP_STATUS } from "#lib/errors/app-error.ts";
import { decode } from "#lib/protocol/codec.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

const problemBody = z.object({
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(HTTP_STATUS, code)),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  earliest: z.iso.datetime({ offset: true }).nullable().optional(),
});

/** What a refusal of the gateway means to the browser: its own code where it names one, never its text where it does not. */
export function upstreamProblem(response: Response, text: string): AppError {
  if (response.status === 401 || response.status === 403) {
    return new AppError("upstream_invalid", "the gateway refuses this console's token: check API_TOKEN or DATA_DIR");
  }
  const retryAfterS = readRetryAfter(response);
  const decoded = decode(problemBody, text);
  if (decoded.ok) {
    const { code, detail, errors, earliest } = decoded.message;
    return new AppError(code, safeText(detail), {
      ...(errors === undefined ? {} : { fields: errors }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
      ...(earliest === undefined ? {} : { earliest: earliest === null ? null : Date.parse(earliest) }),
    });
  }
  if (response.status === 404) return new AppError("not_found", "the gateway does not know it");
  if (response.status === 400) return new AppError("invalid_input", "the gateway refuses this request");
  if (response.status === 429) return new AppError("rate_limited", "the gateway asks to slow down");
  if (response.status >= 502 && response.status <= 504)
    return new AppError("upstream_unavailable", "the gateway is not ready");
  return new AppError("upstream_invalid", `the gateway answered with status ${response.status}`);
}

function readRetryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}
