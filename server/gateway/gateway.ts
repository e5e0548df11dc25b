import type { DogConnected } from "#lib/fleet/event.ts";
import { causeFields } from "#lib/fleet/event.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import type { DogLine } from "#server/force/dog-line.ts";
import { AttemptLog } from "./attempt-log.ts";
import { DogConnection } from "./connection.ts";
import type { DogSession } from "./connection-state.ts";
import { drain } from "./drain.ts";
import { ENDING } from "./ending.ts";
import { FrontDoor, type HandshakeToken } from "./front-door.ts";
import { GATEWAY_CONFIG, type GatewayConfig, type GatewayOptions } from "./gateway-options.ts";
import type { ConnectionHost } from "./host.ts";
import { Logins } from "./logins.ts";
import { OccasionalLog } from "./occasional-log.ts";
import { Penalties } from "./penalties.ts";
import { PolicyPush } from "./policy-push.ts";
import { Revocations } from "./revocations.ts";
import { Roster } from "./roster.ts";
import type { RoundTrip } from "./rtt-series.ts";
import type { Handshake, Refusal, Socket, SocketAcceptor } from "./socket.ts";
import { Turns } from "./turns.ts";
import { Wheel } from "./wheel.ts";

export interface GatewaySizes {
  readonly connections: number;
  readonly sessions: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly held: number;
  readonly penalties: number;
  readonly attempts: number;
  readonly recent: number;
  readonly revoked: number;
  readonly wheel: number;
}

export interface Gateway extends SocketAcceptor, DogLine {
  /** False from the first moment of a drain. */
  isReady(): boolean;
  /** Refuses every dog from now on, closes all with 1012 over the window; resolves when none is left. Idempotent. */
  drain(): Promise<void>;
  /** Terminates what is left and stops the wheel. Idempotent. */
  close(): void;
  /** Round trips of this session's pings, oldest first, at most 120. */
  rttOf(sn: string): readonly RoundTrip[];
  /** Logged-in sockets with this sn: more than one means two dogs, or one with a leaked reader. */
  liveSockets(sn: string): number;
  /** The live sessions as events: what the journal writes after a gap. */
  observe(): readonly DogConnected[];
  sizes(): GatewaySizes;
}

const SWEEP_EVERY_MS = 60_000;

/** The gateway's core behind the Socket port: who is let in, who is on the line, who is gone and why. */
export function createGateway(options: GatewayOptions): Gateway {
  return new DogGateway(options);
}

/** The config with its defaults. A shorter silence needs closer looks. */
function gatewayConfig(given: Partial<GatewayConfig> = {}): GatewayConfig {
  const config = { ...GATEWAY_CONFIG, ...given };
  const tickMs = Math.max(10, Math.min(config.tickMs, Math.round(config.silentAfterMs / 45)));
  return { ...config, tickMs: given.tickMs ?? tickMs };
}

class DogGateway implements Gateway, ConnectionHost {
  readonly clock: GatewayOptions["clock"];
  readonly random: GatewayOptions["random"];
  readonly journal: GatewayOptions["journal"];
  readonly metrics: GatewayOptions["metrics"];
  readonly config: GatewayConfig;
  readonly wheel: Wheel;
  readonly #options: GatewayOptions;
  readonly #roster = new Roster();
  readonly #penalties = new Penalties();
  readonly #attempts: AttemptLog;
  readonly #revocations: Revocations;
  readonly #door: FrontDoor;
  readonly #turns: Turns;
  readonly #logins: Logins;
  readonly #policyPush: PolicyPush;
  readonly #complaints: OccasionalLog;
  #sweptAt = 0;
  #draining: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.random = options.random;
    this.journal = options.journal;
    this.metrics = options.metrics;
    this.config = gatewayConfig(options.config);
    this.wheel = new Wheel(this.clock, this.config.tickMs, (time, late) => this.#onTick(time, late));
    this.#policyPush = new PolicyPush(this.clock);
    this.#attempts = new AttemptLog(this.wheel, this.journal);
    this.#revocations = new Revocations(this.clock);
    const complaints = new OccasionalLog(this.clock, options.log);
    this.#complaints = complaints;
    const shared = { config: this.config, roster: this.#roster, revocations: this.#revocations, complaints };
    this.#door = new FrontDoor({ ...options, ...shared });
    this.#turns = new Turns(this.clock);
    this.#logins = new Logins({
      ...options,
      limits: this.config,
      wheel: this.wheel,
      roster: this.#roster,
      penalties: this.#penalties,
      attempts: this.#attempts,
      complaints,
      isDraining: () => this.#draining !== undefined,
      isRevoked: (sn) => this.#revocations.refuses(sn),
      onAccepted: (sn, handshake) => this.#door.accepted(sn, handshake),
      endSession: (connection, session, cause) => this.#endSession(connection, session, cause),
      onFault: (connection, error) => this.fault(connection, error),
    });
  }

  admit(handshake: Handshake): Refusal | undefined | Promise<Refusal | undefined> {
    const token = this.#door.tokenOf(handshake);
    if (token.status === "dog") this.#options.onDialed?.(token.sn);
    const verdict = this.#draining ? this.#door.draining() : this.#door.verdictOn(handshake, token);
    if (verdict === undefined || "status" in verdict) return this.#refused(token, verdict);
    this.metrics.count("handshake_waited");
    return this.#turns.wait(verdict.waitMs, () => {
      const after = this.#draining ? this.#door.draining() : this.#door.verdictAfterWait(token);
      return this.#refused(token, after);
    });
  }

  #refused(token: HandshakeToken, refusal: Refusal | undefined): Refusal | undefined {
    if (!refusal) return undefined;
    this.metrics.count("handshake_refused", String(refusal.status));
    if (token.status === "dog") {
      const reason = refusal.status === 401 ? "auth_failed" : "server_error";
      this.#logins.note(token.sn, { stage: "handshake", reason, raw: `${refusal.status} ${refusal.message}` });
    }
    return refusal;
  }

  attach(socket: Socket, handshake: Handshake): DogConnection {
    const connection = new DogConnection(this, socket, handshake);
    this.#roster.connections.add(connection);
    this.metrics.count("socket_opened");
    return connection;
  }

  login(...login: Parameters<Logins["login"]>): void {
    this.#logins.login(...login);
  }

  release(connection: DogConnection): void {
    this.#logins.release(connection);
  }

  promote(connection: DogConnection): void {
    this.#logins.promote(connection);
  }

  fault(connection: DogConnection, error: unknown): void {
    this.#complaints.error("fault", { err: error }, "a dog's socket was closed: serving it failed");
    try {
      connection.end(ENDING.fault);
    } catch {
      connection.socket.terminate();
    }
  }

  ending(connection: DogConnection, cause: DisconnectCause): void {
    const { state } = connection;
    this.#roster.leave(connection);
    if (state.status === "session") this.#endSession(connection, state.session, cause);
  }

  gone(connection: DogConnection, cause: DisconnectCause): void {
    this.#roster.connections.delete(connection);
    this.ending(connection, cause);
  }

  isConnected(sn: string): boolean {
    return this.#roster.sessionOf(sn) !== undefined;
  }

  closeForced(sn: string): boolean {
    const connection = this.#roster.sessionOf(sn);
    connection?.end(ENDING.forced);
    // Without a session, a duplicate is all there is of the dog: closed, it dials and logs in anew.
    if (!connection) for (const duplicate of [...this.#roster.duplicatesOf(sn)]) duplicate.end(ENDING.forced);
    return connection !== undefined;
  }

  liftPenalties(sn: string): void {
    this.#attempts.tell(sn);
    this.#penalties.lift(sn);
    for (const refused of [...this.#roster.refusedOf(sn)]) {
      if (refused.state.status === "refused") refused.end(refused.state.ending);
    }
  }

  revoke(sn: string): void {
    this.#revocations.add(sn);
    this.#roster.sessionOf(sn)?.end(ENDING.revoked);
    for (const duplicate of [...this.#roster.duplicatesOf(sn)]) duplicate.end(ENDING.revoked);
  }

  pushPolicy(): void {
    this.#policyPush.start(this.#roster.live(), this.#options.policies().pushed);
  }

  isReady(): boolean {
    return this.#draining === undefined;
  }

  drain(): Promise<void> {
    this.#draining ??= drain({
      clock: this.clock,
      connections: this.#roster.connections,
      end: (connection) => this.#leave(connection),
      windowMs: this.config.drainWindowMs,
      graceMs: this.config.drainGraceMs,
    });
    // A drain lets nobody in, and no stop waits for those that wait.
    this.#turns.end();
    return this.#draining;
  }

  close(): void {
    this.#draining ??= Promise.resolve();
    this.#turns.end();
    this.wheel.stop();
    this.#policyPush.stop();
    for (const connection of [...this.#roster.connections]) {
      this.#leave(connection);
      connection.socket.terminate();
    }
  }

  /** 1012. One that cannot even be closed keeps nobody else here. */
  #leave(connection: DogConnection): void {
    try {
      connection.end(ENDING.drain);
    } catch (error) {
      this.fault(connection, error);
    }
  }

  rttOf(sn: string): readonly RoundTrip[] {
    return this.#roster.sessionOf(sn)?.roundTrips() ?? [];
  }

  liveSockets(sn: string): number {
    return (this.#roster.sessionOf(sn) ? 1 : 0) + this.#roster.duplicatesOf(sn).size;
  }

  observe(): readonly DogConnected[] {
    const bodies: DogConnected[] = [];
    for (const { state } of this.#roster.live()) if (state.status === "session") bodies.push(state.session.connected);
    return bodies;
  }

  sizes(): GatewaySizes {
    return {
      connections: this.#roster.connections.size,
      sessions: this.#roster.sessions,
      ...this.#roster.sizes(),
      penalties: this.#penalties.size,
      attempts: this.#attempts.size,
      recent: this.#door.size,
      revoked: this.#revocations.size,
      wheel: this.wheel.size,
    };
  }

  #endSession(connection: DogConnection, { connected, since }: DogSession, cause: DisconnectCause): void {
    this.metrics.count("session_ended", cause.reason);
    this.journal.append({
      type: "dog.disconnected",
      sn: connected.sn,
      session: connected.session,
      ...causeFields(cause),
      lastHeardAt: connection.lastHeardAt(),
      rttMs: connection.rttMs,
      sessionMs: Math.round(this.clock.monotonic() - since),
    });
  }

  #onTick(time: number, late: boolean): void {
    if (late) this.metrics.count("late_tick");
    if (time - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = time;
    this.#penalties.sweep(this.clock.monotonic());
    this.#door.sweep();
    this.#revocations.sweep();
  }
}
