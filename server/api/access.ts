import type { FastifyRequest } from "fastify";
import { AppError } from "#lib/errors/app-error.ts";
import { safeText } from "#lib/protocol/safe-text.ts";
import { createApiTokenCheck } from "#server/auth/api-token.ts";

export interface AccessOptions {
  /** The API token; null when there is none to check against (then any token presented is wrong). */
  readonly token: string | null;
  /** True when bound wider than loopback: nothing is answered without the token. */
  readonly tokenRequired: boolean;
}

/** Who asks, as the journal names them. */
export interface Caller {
  readonly actor: string;
  readonly authenticated: boolean;
}

const LOCAL = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const FORWARDED = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** True for a Host header that names this machine: `localhost`, 127.0.0.0/8, `[::1]`, with or without a port. */
export function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && LOCAL.test(host);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** A header holds ASCII: names beyond it come percent-encoded. */
function actorName(header: string): string {
  try {
    const decoded = decodeURIComponent(header);
    return safeText(/[^\x20-\x7e]/.test(decoded) ? decoded : header, 128);
  } catch {
    return safeText(header, 128);
  }
}

/** Refuses what a page in an operator's browser or a forgotten proxy could send (DESIGN section 7, "Safe by default"). */
function checkLocal(request: FastifyRequest): void {
  const { host, origin, ...others } = request.headers;
  if (!isLocalHost(host)) throw new AppError("forbidden", "without a token only a local Host is answered");
  const forwarded = Object.keys(others).find((name) => FORWARDED.test(name));
  if (forwarded)
    throw new AppError("forbidden", `without a token a request with ${safeText(forwarded)} is not answered`);
  if (origin !== undefined && origin.replace(/^https?:\/\//i, "") !== host) {
    throw new AppError("forbidden", "a foreign Origin is not answered");
  }
  const site = one(others["sec-fetch-site"]);
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new AppError("forbidden", "a cross-site request is not answered");
  }
}

/** Lets a request in or throws. A token that is presented must be right, wherever we are bound. */
export function createAdmission({ token, tokenRequired }: AccessOptions): (request: FastifyRequest) => Caller {
  const check = token === null ? null : createApiTokenCheck(token);
  return (request) => {
    const { authorization } = request.headers;
    const answer = check === null ? (authorization === undefined ? "absent" : "wrong") : check(authorization);
    if (answer === "wrong") throw new AppError("unauthorized", "the token is not right");
    if (answer === "right") {
      const actor = one(request.headers["x-leash-actor"]);
      return { actor: actor ? actorName(actor) : "api", authenticated: true };
    }
    if (tokenRequired) throw new AppError("unauthorized", "send Authorization: Bearer with the API token");
    checkLocal(request);
    return { actor: "api", authenticated: false };
  };
}
