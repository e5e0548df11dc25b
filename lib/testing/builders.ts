import type {
  DogConnected,
  DogDisconnected,
  EventEnvelope,
  FleetEvent,
  FleetEventBody,
  ForceStep,
} from "#lib/fleet/event.ts";
import { assumedSchedule, leashSchedule } from "#lib/reconnection/schedule.ts";

export const T0 = 1_700_000_000_000;
export const EPOCH = "018bcfe5-6800-7000-8000-000000000001";

type BodyOf<T extends FleetEventBody["type"]> = Extract<FleetEventBody, { type: T }>;

/** Stamps events as one run of a gateway would: seq from 1, `at` never before the last. */
export class EventLog {
  readonly epoch: string;
  readonly events: FleetEvent[] = [];
  #at: number;
  #session = 0;

  constructor(startAt = T0, epoch = EPOCH) {
    this.#at = startAt;
    this.epoch = epoch;
  }

  get now(): number {
    return this.#at;
  }

  /** Moves time on. */
  after(ms: number): this {
    this.#at += ms;
    return this;
  }

  append<B extends FleetEventBody>(body: B): EventEnvelope & B {
    const last = this.events.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    this.#at = Math.max(this.#at, last + 1);
    const event = { ...body, v: 1, epoch: this.epoch, seq: this.events.length + 1, at: this.#at } as const;
    this.events.push(event);
    return event;
  }

  started(gateway = "gw-1", previous: BodyOf<"gateway.started">["previous"] = null) {
    return this.append({ type: "gateway.started", gateway, previous });
  }

  /** A login on a new session. Returns the event; its `session` names what follows. */
  connected(sn = "dog-1", fields: Partial<DogConnected> = {}) {
    return this.append(dogConnected(sn, `${this.epoch}.${++this.#session}`, fields));
  }

  /** The end of `session`, reset by the network unless told otherwise. */
  disconnected(sn: string, session: string, fields: Partial<DogDisconnected> = {}) {
    const login = this.events.findLast((event) => event.type === "dog.connected" && event.session === session);
    const sessionMs = this.#at - (login?.at ?? this.#at);
    return this.append({ ...dogDisconnected(sn, session, { lastHeardAt: this.#at, sessionMs }), ...fields });
  }

  stable(sn: string, session: string) {
    return this.append({ type: "dog.stable", sn, session });
  }

  silent(sn: string, session: string, lastHeardAt: number) {
    return this.append({ type: "dog.silent", sn, session, lastHeardAt });
  }

  refused(sn: string, fields: Partial<BodyOf<"dog.attempt_failed">> = {}) {
    const refusal = { session: null, stage: "login", reason: "auth_failed", raw: "token", count: 1 } as const;
    return this.append({ type: "dog.attempt_failed", sn, ...refusal, ...fields });
  }

  forced(sn: string, ticket = "ticket-1", fields: Partial<BodyOf<"force.requested">> = {}) {
    const request = { batch: null, actor: "ops", note: null, deadlineMs: 300_000, queued: false };
    return this.append({ type: "force.requested", ticket, sn, ...request, ...fields });
  }

  forceStep(type: ForceStep["type"], sn: string, ticket = "ticket-1") {
    return this.append({ type, sn, ticket });
  }
}

/** Causes in the fields of `dog.disconnected`, one per row of the outage table. */
export const CAUSE = {
  network: { reason: "peer_reset", raw: "ECONNRESET", closeCode: null, initiator: "network" },
  timeout: { reason: "network_timeout", raw: "heartbeat_timeout", closeCode: 4100, initiator: "gateway" },
  unknown: { reason: "unknown", raw: "odd", closeCode: 1002, initiator: "gateway" },
  server: { reason: "server_error", raw: "internal", closeCode: 1011, initiator: "gateway" },
  drain: { reason: "server_error", raw: "service restart", closeCode: 1012, initiator: "gateway" },
  auth: { reason: "auth_failed", raw: "token_expired", closeCode: 4200, initiator: "gateway" },
  forced: { reason: "forced_reconnect", raw: "forced_reconnect", closeCode: 4000, initiator: "operator" },
  goodbye: { reason: "normal_closure", raw: null, closeCode: 1000, initiator: "dog" },
} as const satisfies Record<string, Partial<DogDisconnected>>;

export const seedSchedule = assumedSchedule();
export const ourSchedule = leashSchedule();

export function dogConnected(sn: string, session: string, fields: Partial<DogConnected> = {}): DogConnected {
  return {
    type: "dog.connected",
    sn,
    session,
    appId: "app",
    remoteAddress: "127.0.0.1",
    network: "wifi",
    firmware: "1.0.0",
    client: null,
    labels: { site: "plant-a" },
    schedule: seedSchedule,
    outage: null,
    ...fields,
  };
}

export function dogDisconnected(sn: string, session: string, fields: Partial<DogDisconnected> = {}): DogDisconnected {
  return {
    type: "dog.disconnected",
    sn,
    session,
    ...CAUSE.network,
    lastHeardAt: T0,
    rttMs: null,
    sessionMs: 0,
    ...fields,
  };
}
