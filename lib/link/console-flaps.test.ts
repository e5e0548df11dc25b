import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { ReportedOutage } from "#lib/fleet/event.ts";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { viewDog } from "#lib/fleet/view.ts";
import { projectRetries } from "#lib/reconnection/project-retries.ts";
import { CAUSE, EventLog, ourSchedule, T0 } from "#lib/testing/builders.ts";
import { DrivenLink, systemError } from "#lib/testing/driven-link.ts";
import { seededRandom } from "#lib/testing/random.ts";

vi.setConfig({ testTimeout: 60_000 });

const anyFlap = fc.record({
  isForced: fc.boolean(),
  upMs: fc.integer({ min: 1_000, max: 70_000 }),
  failures: fc.integer({ min: 0, max: 3 }),
});
const anyDay = fc.record({ seed: fc.integer(), flaps: fc.array(anyFlap, { minLength: 1, maxLength: 25 }) });

/** The dog by its own machine, and as a gateway folds what it witnesses of it: whole milliseconds, in step. */
class WatchedLink {
  readonly link: DrivenLink;
  readonly #log = new EventLog();
  #dog: Dog | undefined;
  #session = "";
  #folded = 0;

  constructor(seed: number) {
    this.link = new DrivenLink({}, seededRandom(seed));
    this.logIn(0);
  }

  get now(): number {
    return T0 + this.link.now;
  }

  get dog(): Dog {
    if (this.#dog === undefined) throw new Error("no login yet");
    return this.#dog;
  }

  /** Dials until one is taken, after `failures`; then signs in. Returns when the first went out. */
  logIn(failures: number): number {
    const { link } = this;
    if (link.state.status === "resting") link.say({ type: "start" });
    else link.lapse();
    const firstDialAt = this.now;
    for (let failed = 0; failed < failures; failed++) link.end({ error: systemError("ECONNREFUSED") }).lapse();
    const { outage } = link.say({ type: "opened" }).state;
    const reported: ReportedOutage | null = outage && {
      ...outage,
      durationMs: Math.round(link.now - outage.beganAt),
      serversTried: 1,
    };
    link.say({ type: "accepted" });
    this.#session = this.#at().connected("dog-1", { schedule: ourSchedule, outage: reported }).session;
    this.#fold();
    return firstDialAt;
  }

  /** Up for so long, which may be long enough, then forced or dropped. */
  drop(upMs: number, isForced: boolean): void {
    const { link } = this;
    if (upMs >= 60_000) {
      link.lapse();
      this.#at().stable("dog-1", this.#session);
      link.after(upMs - 60_000);
    } else link.after(upMs);
    link.end({ closeCode: isForced ? 4000 : 1006 });
    this.#at().disconnected("dog-1", this.#session, { ...(isForced ? CAUSE.forced : CAUSE.network), sessionMs: upMs });
    this.#fold();
  }

  #at(): EventLog {
    return this.#log.after(Math.round(this.now - this.#log.now));
  }

  #fold(): void {
    for (const event of this.#log.events.slice(this.#folded)) {
      this.#dog = applyDog(this.#dog, event, { gateway: "gw-1", options: FLEET_OPTIONS });
    }
    this.#folded = this.#log.events.length;
  }
}

it("D20: through any number of flaps the console has the dog's attempt, and its next dial in the window shown", () => {
  fc.assert(
    fc.property(anyDay, ({ seed, flaps }) => {
      const watched = new WatchedLink(seed);
      for (const { isForced, upMs, failures } of flaps) {
        watched.drop(upMs, isForced);
        const { dog, now } = watched;
        const { outage } = dog;
        if (outage === null) throw new Error("a drop begins an outage");
        expect(viewDog(dog, now).attempts).toBe(watched.link.state.attempt);
        const { attempt } = outage.anchor;
        const last = { ...outage.schedule, maxRetries: attempt, probeMs: null };
        const window = projectRetries({ ...outage, schedule: last }, outage.anchor.at).givesUpAt;
        const dialedAt = watched.logIn(failures);
        expect(dialedAt).toBeGreaterThanOrEqual((window?.[0] ?? Number.NaN) - 2);
        expect(dialedAt).toBeLessThanOrEqual((window?.[1] ?? Number.NaN) - last.dialTimeoutMs + 2);
      }
    }),
    { numRuns: 300 },
  );
});
