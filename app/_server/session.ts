import "server-only";
import { AppError } from "#lib/errors/app-error.ts";
import { hostName, isLoopbackName } from "./loopback.ts";

const ROLES = ["viewer", "operator", "admin"] as const;
/** Each role may do what those before it may. */
export type Role = (typeof ROLES)[number];

export interface Session {
  readonly name: string;
  readonly role: Role;
}

const LOCAL_SESSION: Session = { name: "Local operator", role: "admin" };

/**
 * Who asks. Until sign-in exists: the fixed local operator, only when Host is local and the peer is loopback (Next writes the peer's
 * address into `x-forwarded-for` where no proxy did). Throws `unauthorized`.
 */
export function readSession(headers: Headers): Session {
  const host = hostName(headers.get("host") ?? "");
  const forwardedHost = headers.get("x-forwarded-host");
  const isLocalHost =
    host !== undefined &&
    isLoopbackName(host) &&
    (forwardedHost === null || isLoopbackName(hostName(forwardedHost) ?? "")) &&
    headers.get("forwarded") === null;
  const peers = (headers.get("x-forwarded-for") ?? "").split(",").map((peer) => peer.trim());
  if (isLocalHost && peers.every(isLoopbackName)) return LOCAL_SESSION;
  throw new AppError("unauthorized", "this console answers only on this machine until sign-in exists");
}

/** The session, if it may act as `role`. Throws `unauthorized` or `forbidden`. */
export function requireRole(headers: Headers, role: Role): Session {
  const session = readSession(headers);
  if (ROLES.indexOf(session.role) >= ROLES.indexOf(role)) return session;
  throw new AppError("forbidden", `this needs the role ${role}`);
}
