import type { Clock } from "#lib/clock/clock.ts";
import type { DogConnected, DogDisconnected } from "#lib/fleet/event.ts";
import { CAUSE, dogConnected, dogDisconnected } from "#lib/testing/builders.ts";
import type { ReadModel } from "#server/fleet/read-model.ts";
import type { DogLine } from "#server/force/dog-line.ts";
import type { Journal } from "#server/journal/journal.ts";

interface Link {
  readonly session: string;
  readonly since: number;
  readonly cancelStable: () => void;
}

/** Dogs as a gateway journals them, without sockets: log in, drop, get refused, obey a forced close. */
export class FakeDogs implements DogLine {
  readonly #journal: Journal;
  readonly #readModel: ReadModel;
  readonly #clock: Clock;
  readonly #links = new Map<string, Link>();
  #sessions = 0;
  /** Sns whose penalties were lifted, in order. */
  readonly lifted: string[] = [];
  readonly revoked: string[] = [];
  /** Sns that were closed by force, in order. */
  readonly closed: string[] = [];
  /** How often the policy was pushed. */
  policyPushes = 0;
  /** A gateway that does not answer: closes are ignored. */
  deaf = false;

  constructor(journal: Journal, readModel: ReadModel, clock: Clock) {
    this.#journal = journal;
    this.#readModel = readModel;
    this.#clock = clock;
  }

  login(sn: string, fields: Partial<DogConnected> = {}): string {
    const session = `${this.#journal.epoch}.${++this.#sessions}`;
    const settles = this.#readModel.endsOutage(sn);
    const stable = () => this.#journal.append({ type: "dog.stable", sn, session });
    this.#links.get(sn)?.cancelStable();
    this.#links.set(sn, {
      session,
      since: this.#clock.now(),
      cancelStable: settles ? this.#clock.schedule(60_000, stable) : () => {},
    });
    this.#journal.append(dogConnected(sn, session, fields));
    return session;
  }

  drop(sn: string, fields: Partial<DogDisconnected> = {}): void {
    const link = this.#links.get(sn);
    if (!link) throw new Error(`${sn} is not connected`);
    link.cancelStable();
    this.#links.delete(sn);
    const now = this.#clock.now();
    const times = { lastHeardAt: now, sessionMs: now - link.since };
    this.#journal.append({ ...dogDisconnected(sn, link.session, times), ...fields });
  }

  refuse(sn: string): void {
    const refusal = { session: null, stage: "login", reason: "auth_failed", raw: "token unknown", count: 1 } as const;
    this.#journal.append({ type: "dog.attempt_failed", sn, ...refusal });
  }

  isConnected(sn: string): boolean {
    return this.#links.has(sn);
  }

  closeForced(sn: string): boolean {
    if (this.deaf || !this.#links.has(sn)) return false;
    this.closed.push(sn);
    this.drop(sn, CAUSE.forced);
    return true;
  }

  liftPenalties(sn: string): void {
    this.lifted.push(sn);
  }

  pushPolicy(): void {
    this.policyPushes++;
  }

  revoke(sn: string): void {
    this.revoked.push(sn);
    if (this.#links.has(sn))
      this.drop(sn, { reason: "auth_failed", raw: "revoked", closeCode: 4501, initiator: "operator" });
  }
}
