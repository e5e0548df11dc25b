import fc from "fast-check";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { CAUSE, EventLog, ourSchedule, seedSchedule, T0 } from "./builders.ts";

const SNS = ["a", "b", "c"] as const;
type Sn = (typeof SNS)[number];

interface Step {
  readonly does: (typeof DOES)[number];
  readonly sn: Sn;
  readonly cause: keyof typeof CAUSE;
  readonly waitMs: number;
}

const DOES = [
  "login",
  "login",
  "login",
  "drop",
  "drop",
  "drop",
  "stable",
  "silent",
  "heard",
  "refuse",
  "late_end",
  "force",
  "arm",
  "authenticate",
  "fail",
  "clean",
  "crash",
  "gap",
  "retire",
  "wait",
] as const;

const anyStep: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom(...DOES),
  sn: fc.constantFrom(...SNS),
  cause: fc.constantFrom(...(Object.keys(CAUSE) as (keyof typeof CAUSE)[])),
  waitMs: fc.oneof(
    fc.integer({ min: 0, max: 5_000 }),
    fc.integer({ min: 0, max: 90_000 }),
    fc.integer({ min: 0, max: 2_000_000 }),
  ),
});

/** A believable journal of three dogs: two of the seed's kind, one of ours; gateways crash, events are lost, tickets open. */
export const anyJournal: fc.Arbitrary<readonly FleetEvent[]> = fc
  .array(anyStep, { maxLength: 60, size: "max" })
  .map(play);

function play(steps: readonly Step[]): readonly FleetEvent[] {
  const script = new Script();
  for (const step of steps) script.play(step);
  return script.events;
}

class Script {
  readonly events: FleetEvent[] = [];
  #log = new EventLog();
  #run = 1;
  #tickets = 0;
  readonly #session = new Map<Sn, string>();
  readonly #ended = new Map<Sn, string>();
  readonly #ticket = new Map<Sn, string>();

  constructor() {
    this.#log.started();
    this.#collect();
  }

  play(step: Step): void {
    this.#log.after(step.waitMs);
    this.#do(step);
    this.#collect();
  }

  #do({ does, sn, cause }: Step): void {
    const log = this.#log;
    const session = this.#session.get(sn);
    const ticket = this.#ticket.get(sn);
    switch (does) {
      case "login":
        if (session !== undefined) this.#ended.set(sn, session);
        this.#session.set(
          sn,
          log.connected(sn, { schedule: sn === "c" ? ourSchedule : seedSchedule, labels: { site: sn } }).session,
        );
        return;
      case "drop":
        if (session === undefined) return;
        log.disconnected(sn, session, CAUSE[cause]);
        this.#ended.set(sn, session);
        this.#session.delete(sn);
        return;
      case "stable":
        if (session !== undefined) log.stable(sn, session);
        return;
      case "silent":
        if (session !== undefined) log.silent(sn, session, log.now - 45_000);
        return;
      case "heard":
        if (session !== undefined) log.append({ type: "dog.heard", sn, session });
        return;
      case "refuse":
        log.refused(sn, cause === "server" ? { reason: "server_error", count: 3 } : {});
        return;
      case "late_end":
        if (this.#ended.has(sn)) log.disconnected(sn, this.#ended.get(sn) ?? "", CAUSE[cause]);
        return;
      case "force":
        this.#ticket.set(sn, `t${++this.#tickets}`);
        log.forced(sn, `t${this.#tickets}`, { queued: cause === "drain" });
        return;
      case "arm":
        if (ticket !== undefined) log.forceStep("force.armed", sn, ticket);
        return;
      case "authenticate":
        if (ticket !== undefined) log.forceStep("force.authenticated", sn, ticket);
        return;
      case "fail":
        if (ticket !== undefined) log.append({ type: "force.failed", sn, ticket, code: "dropped_again", detail: null });
        return;
      case "clean":
        log.append({ type: "record.cleaned", through: log.now - 1_000_000, actor: "system" });
        return;
      case "crash":
        this.#restart();
        return;
      case "gap":
        log.append({ type: "journal.gap", from: log.now - 5_000, to: log.now, dropped: 3 });
        return;
      case "retire":
        log.append({ type: "dog.retired", sn, actor: "ops", note: null });
        this.#session.delete(sn);
        return;
      case "wait":
        return;
    }
  }

  #restart(): void {
    const { epoch, now } = this.#log;
    this.#log = new EventLog(now + 2_000, `epoch-${++this.#run}`);
    this.#log.started("gw-1", { epoch, aliveUntil: now, clean: false });
    this.#session.clear();
  }

  #collect(): void {
    const written = this.events.filter((event) => event.epoch === this.#log.epoch).length;
    this.events.push(...this.#log.events.slice(written));
  }
}

/** The instant after the last event of a journal. */
export function endOf(events: readonly FleetEvent[]): number {
  return events.at(-1)?.at ?? T0;
}
