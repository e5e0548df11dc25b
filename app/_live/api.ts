import type { ProblemBody } from "#lib/contracts/shared.ts";
import type { ErrorCode } from "#lib/errors/app-error.ts";
import { ApiError } from "./api-error.ts";
import { parseInstant } from "./moment.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the console's own API. `T` is the contract's type of the answer, which the server parsed; errors come as ApiError.
 * Lists in `query` are comma-separated; undefined, null and "" are left out.
 */
export async function api<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const response = await send(path, request);
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw refusal(response.status, text);
}

/** `path` with a query string of the defined fields. */
export function withQuery(path: string, fields: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    search.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function send(path: string, { method = "GET", body, signal }: ApiRequest): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      // Also without a body: the console's server may see an empty one, and takes mutations as JSON only.
      ...(method === "GET" ? {} : { headers: { "content-type": "application/json" } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("console_unreachable", 0, "the console did not answer");
  }
}

function refusal(status: number, text: string): ApiError {
  try {
    const problem = JSON.parse(text) as ProblemBody & { readonly earliest?: unknown };
    if (typeof problem.code === "string") {
      const earliest = typeof problem.earliest === "string" ? parseInstant(problem.earliest) : null;
      return new ApiError(problem.code as ErrorCode, status, problem.detail, problem.errors ?? [], earliest);
    }
  } catch {
    // Not ours: a proxy's page, or the framework's.
  }
  return new ApiError("internal", status, `the console answered with status ${status}`);
}
