import "server-only";
import { AppError } from "#lib/errors/app-error.ts";

const READS = new Set(["GET", "HEAD"]);

/**
 * Refuses what another site's page sent with this browser's rights. Reads: a browser that says the request is another origin's.
 * Mutations: must prove the same origin by `Sec-Fetch-Site` or `Origin`, and be JSON (or have no body).
 */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (READS.has(request.method)) {
    if (site !== null && site !== "same-origin" && site !== "none") throw foreign();
    if (origin !== null && !isOwnOrigin(origin, request)) throw foreign();
    return;
  }
  if (origin !== null && !isOwnOrigin(origin, request)) throw foreign();
  if (site !== null ? site !== "same-origin" : origin === null) throw foreign();
  const hasBody = request.body !== null || request.method !== "DELETE";
  if (hasBody && !isJson(request.headers.get("content-type"))) {
    throw new AppError("unsupported_media_type", "send application/json");
  }
}

const foreign = () => new AppError("forbidden", "this request did not come from this console's own pages");

function isOwnOrigin(origin: string, request: Request): boolean {
  const url = URL.parse(origin);
  return url !== null && url.host !== "" && url.host === request.headers.get("host");
}

const isJson = (contentType: string | null) => /^application\/json\s*(;|$)/i.test(contentType ?? "");
