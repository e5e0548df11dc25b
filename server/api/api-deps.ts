import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Clock } from "#lib/clock/clock.ts";
import { safeText } from "#lib/protocol/safe-text.ts";
import type { Cleanup } from "#server/fleet/cleanup.ts";
import type { FleetReader } from "#server/fleet/fleet-reader.ts";
import type { DogLine } from "#server/force/dog-line.ts";
import type { Force } from "#server/force/force.ts";
import type { FleetHistory } from "#server/history/fleet-history.ts";
import type { Journal } from "#server/journal/journal.ts";
import type { AccessOptions, Caller } from "./access.ts";
import type { ExportDesk } from "./export-desk.ts";

export interface Readiness {
  readonly ready: boolean;
  /** One word a machine can match: ok, replaying, draining, journal. */
  readonly reason: string;
}

/** What the API is wired to. It owns none of it. */
export interface ApiDeps {
  readonly fleet: FleetReader;
  /** The past: statistics, exports, time travel. */
  readonly history: FleetHistory;
  readonly force: Force;
  readonly cleanup: Cleanup;
  readonly journal: Journal;
  readonly dogLine: Pick<DogLine, "revoke" | "pushPolicy">;
  readonly clock: Clock;
  readonly access: AccessOptions;
  /** Addresses and CIDR ranges whose `X-Forwarded-For` names the client; none unless told. */
  readonly trustedProxies?: readonly string[];
  /** Value of the `Leash-Version` header. */
  readonly version: string;
  readonly readiness: () => Readiness;
  /** Prometheus text. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** Takes what tells how many streams and exports are open, for the metrics. */
  readonly sizes?: (read: () => Readonly<Record<string, number>>) => void;
  readonly log?: FastifyBaseLogger;
}

/** A Fastify instance whose routes are typed by their zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes share beside that. */
export interface RouteDeps extends ApiDeps {
  readonly exports: ExportDesk;
}

/** Adds one resource's routes. */
export type Routes = (api: Api, deps: RouteDeps) => void;

/** An operator's note as the journal keeps it: control characters escaped, null where there is none. */
export function noteOf(note: string | undefined): string | null {
  return note === undefined || note.trim() === "" ? null : safeText(note, 500);
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who sent the request; the access hook has run before any handler. */
export function callerOf(request: FastifyRequest): Caller {
  return callers.get(request) ?? { actor: "api", authenticated: false };
}
