import { hostName, isLoopbackName } from "./loopback.ts";

/** Headers of Next's own plumbing that no browser sends for a page of ours: there are no Server Actions. */
const PLUMBING = ["x-middleware-subrequest", "next-action"];

/**
 * The status that refuses a page request before it reaches React, or undefined. Pages are only read, and only from this machine until
 * sign-in exists; their data asks for a session again.
 */
export function refusalOf({ method, headers }: Pick<Request, "method" | "headers">): 400 | 403 | 405 | undefined {
  if (PLUMBING.some((name) => headers.has(name))) return 400;
  if (method !== "GET" && method !== "HEAD") return 405;
  return isLoopbackName(hostName(headers.get("host") ?? "") ?? "") ? undefined : 403;
}
