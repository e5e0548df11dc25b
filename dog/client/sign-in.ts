import type { OutageRecord } from "#lib/link/outage-record.ts";
import type { GatewayResponse } from "#lib/protocol/messages.ts";
import { LOGIN_SERVICE } from "#lib/protocol/services.ts";
import { continuedOutage, type DogIdentity, loginArgs, type OutageReport, outageReport } from "./login-args.ts";

/** When a login is made: epoch ms for the wire, monotonic ms for durations. */
interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/**
 * One dog's logins, and the outage each reports. A report goes out again, under the same id, until a login that carried it
 * is acknowledged: answered, and not with `stored: false` (docs/PROTOCOL.md P4).
 */
export class SignIn {
  #id: string | null = null;
  /** What the login under way reports, and as which record. */
  #report: OutageReport | null = null;
  #isUnstored = false;
  /** Of an earlier start. */
  #kept: OutageRecord | null = null;

  /** What the last login reported. */
  get report(): OutageReport | null {
    return this.#report;
  }

  /** A login was accepted, and what it reported is not yet safe. */
  get isUnstored(): boolean {
    return this.#isUnstored;
  }

  /** The login of a new session. `outage` is the one that it ends. */
  message(id: string, dog: DogIdentity, token: string, at: Moment, outage: OutageRecord | null): string {
    const told = continuedOutage(this.#kept, outage);
    this.#report = told && outageReport(told, at.monotonic);
    this.#isUnstored = false;
    return this.again(id, dog, token, at.now);
  }

  /** The same login once more, on the same socket: asks whether it is stored by now. */
  again(id: string, dog: DogIdentity, token: string, now: number): string {
    this.#id = id;
    const args = loginArgs(dog, token, now, this.#report);
    return JSON.stringify({ op: "galbot_request", service: LOGIN_SERVICE, args, request_id: id });
  }

  /** Whether this answers the login sent last. A gateway that knows no ids answers the one there is. */
  isAnswer({ service, request_id }: GatewayResponse): boolean {
    return service === LOGIN_SERVICE && (request_id === undefined || request_id === this.#id);
  }

  accepted(stored: boolean): void {
    this.#isUnstored = !stored && this.#report !== null;
    if (stored) this.#kept = null;
  }

  /** The dog rests while it is out: the outage is still one to be told of. */
  keep(outage: OutageRecord | null): void {
    this.#kept = continuedOutage(this.#kept, outage);
    this.#isUnstored = false;
  }
}
