import type { Clock } from "#lib/clock/clock.ts";
import { type Random, seededRandom } from "#lib/testing/random.ts";
import { drawWeighted, longTail, nextFaultMs } from "./chance.ts";
import type { DogAct, DogPhase, Robot } from "./robot.ts";
import { createRoster } from "./roster.ts";
import type { Accidents, Scenario, TimedFault } from "./scenario.ts";
import { Timers } from "./timers.ts";

export interface FleetConfig {
  /** The gateway, where the scenario names none. */
  readonly url: string;
  readonly token: string;
  readonly dogs: number;
  readonly scenario: Scenario;
  readonly rampPerSecond: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Every act of every dog, in order. */
  readonly onAct?: (sn: string, act: DogAct) => void;
}

export interface FleetTally {
  readonly phases: Readonly<Partial<Record<DogPhase, number>>>;
  readonly dials: number;
  readonly logins: number;
  readonly drops: number;
  readonly refused: number;
  readonly faults: Readonly<Record<string, number>>;
}

type AccidentKind = Exclude<keyof Accidents, "away" | "site">;

/** A site's dogs come back one after the other, ms. */
const SITE_SPREAD_MS = 6_000;
/** Of a site's dogs so many hear the end of their connection; the rest fall silent. */
const SITE_RESET_SHARE = 0.85;
/** Dogs are started this many times a second at most, several at once. */
const RAMP_STEP_MS = 20;

/** Many dogs on one process, with faults drawn from one seed or set by the clock. `stop` ends every timer and socket. */
export class Fleet {
  readonly dogs: readonly Robot[];
  readonly #config: FleetConfig;
  readonly #timers: Timers;
  readonly #counts = { dials: 0, logins: 0, drops: 0, refused: 0 };
  readonly #faults: Record<string, number> = {};
  #isCalm = false;

  constructor(config: FleetConfig) {
    this.#config = config;
    const { scenario, dogs, url, token, clock } = config;
    this.#timers = new Timers(clock);
    // What the robots draw depends on the network's timing; it must not move the faults.
    const random = this.#ownRandom();
    const act = (sn: string, done: DogAct) => this.#record(sn, done);
    this.dogs = createRoster(scenario, dogs, url, { token, clock, random, act });
  }

  start(): void {
    const { accidents, timeline, loop } = this.#config.scenario;
    this.#ramp(0, this.#config.clock.monotonic());
    this.#planAccident(accidents);
    this.#planSite(accidents.site);
    for (const fault of timeline) this.#plan(fault, fault.at, fault.every ?? loop);
  }

  /** No fault begins any more; those under way run out. */
  calm(): void {
    this.#isCalm = true;
  }

  async stop(): Promise<void> {
    this.#timers.clear();
    await Promise.all(this.dogs.map((dog) => dog.stop()));
  }

  tally(): FleetTally {
    const phases: Partial<Record<DogPhase, number>> = {};
    for (const { phase } of this.dogs) phases[phase] = (phases[phase] ?? 0) + 1;
    return { phases, ...this.#counts, faults: this.#faults };
  }

  /** Takes every dog of a site off the network at once; they come back within a few seconds of `awayMs`. */
  dropSite(site: string, awayMs: number): void {
    const met = this.dogs.filter(({ identity }) => identity.site === site);
    this.#cutUplink(met, awayMs, this.#ownRandom());
  }

  /** Takes dogs off the network at once; they come back within a few seconds of `awayMs`. */
  #cutUplink(dogs: readonly Robot[], awayMs: number, random: Random): void {
    for (const dog of dogs) {
      dog.cutNetwork(random() < SITE_RESET_SHARE ? "reset" : "silence", awayMs + random() * SITE_SPREAD_MS);
    }
  }

  #ramp(from: number, startedAt: number): void {
    const { rampPerSecond, clock } = this.#config;
    const due = Math.floor(((clock.monotonic() - startedAt) / 1_000) * rampPerSecond) + 1;
    const until = Math.min(this.dogs.length, due);
    for (const dog of this.dogs.slice(from, until)) dog.start();
    if (until < this.dogs.length) this.#timers.after(RAMP_STEP_MS, () => this.#ramp(until, startedAt));
  }

  /** A stream of its own for what may or may not come to pass: the draws after it are the same either way. */
  #ownRandom(): Random {
    return seededRandom(Math.floor(this.#config.random() * 2 ** 32));
  }

  /** One clock for the whole fleet: the sum of Poisson processes is one, and who it meets is drawn then. */
  #planAccident(accidents: Accidents): void {
    const { random } = this.#config;
    const { away, site: _, ...rates } = accidents;
    const total = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
    const waitMs = nextFaultMs(total * this.dogs.length, random());
    if (!Number.isFinite(waitMs)) return;
    this.#timers.after(waitMs, () => {
      const dog = this.dogs[Math.floor(random() * this.dogs.length)];
      const kind = drawWeighted(rates, random());
      const own = this.#ownRandom();
      if (this.#isCalm) return;
      if (dog?.phase === "up" && kind) inflict(dog, kind, away, own);
      this.#planAccident(accidents);
    });
  }

  #planSite(site: Accidents["site"]): void {
    if (!site) return;
    const { random, scenario } = this.#config;
    this.#timers.after(longTail(site.every, random()), () => {
      if (this.#isCalm) return;
      const name = scenario.sites[Math.floor(random() * scenario.sites.length)] ?? "";
      this.#faults.site = (this.#faults.site ?? 0) + 1;
      this.dropSite(name, longTail(site.away, random()));
      this.#planSite(site);
    });
  }

  #plan(fault: TimedFault, waitMs: number, everyMs: number | undefined): void {
    this.#timers.after(waitMs, () => {
      if (this.#isCalm) return;
      if (everyMs !== undefined) this.#plan(fault, everyMs, everyMs);
      const own = this.#ownRandom();
      const met = this.dogs.filter(({ identity, phase }) => {
        const { site, cohort, share } = fault;
        const isMeant = (!site || identity.site === site) && (!cohort || identity.cohort === cohort);
        return isMeant && phase !== "gave_up" && (share >= 1 || own() < share);
      });
      this.#strike(fault, met, own);
    });
  }

  #strike(fault: TimedFault, met: readonly Robot[], random: Random): void {
    const { for: ms, times, gateway } = fault;
    const { scenario, url } = this.#config;
    switch (fault.fault) {
      case "no_uplink":
        this.#cutUplink(met, ms, random);
        return;
      case "blackhole":
        for (const dog of met) dog.cutNetwork("silence", ms);
        return;
      case "reset":
        for (const dog of met) dog.cutNetwork("reset", ms);
        return;
      case "flap":
        for (const dog of met) dog.flap(times);
        return;
      case "wrong_token":
        for (const dog of met) dog.loseToken(ms);
        return;
      case "goodbye":
        for (const dog of met) dog.sayGoodbye(ms);
        return;
      case "dead":
        for (const dog of met) dog.die();
        return;
      case "no_gateway":
        for (const dog of met) dog.block(scenario.gateways?.[gateway - 1] ?? url, ms);
        return;
    }
  }

  #record(sn: string, act: DogAct): void {
    if (act.act === "dial") this.#counts.dials++;
    else if (act.act === "login") this.#counts.logins++;
    else if (act.act === "drop") this.#counts.drops++;
    else if (act.act === "refused_login" || act.act === "refused_dial") this.#counts.refused++;
    else if (act.act === "fault") this.#faults[act.kind] = (this.#faults[act.kind] ?? 0) + 1;
    this.#config.onAct?.(sn, act);
  }
}

/** An accident of `kind`, as bad as chance has it. */
function inflict(dog: Robot, kind: AccidentKind, away: Accidents["away"], random: Random): void {
  switch (kind) {
    case "reset":
    case "fin":
      dog.cutNetwork(kind, longTail(away, random()));
      return;
    case "silence":
      dog.cutNetwork("silence", 50_000 + random() * 100_000);
      return;
    case "goodbye":
      dog.sayGoodbye(60_000 + random() * 240_000);
      return;
    case "flapping":
      dog.flap(3 + Math.floor(random() * 3));
      return;
    case "wrong_token":
      dog.loseToken(20_000 + random() * 120_000);
      return;
    case "dead":
      dog.die();
      return;
  }
}

/** "2/200 up" words for the progress line. */
export function describeTally(tally: FleetTally, total: number): string {
  const phase = (name: DogPhase) => tally.phases[name] ?? 0;
  const out = phase("dialing") + phase("waiting") + phase("signing_in");
  return (
    `${phase("up")}/${total} up, ${out} out, ${phase("silent")} silent, ${phase("refused")} refused, ${phase("gave_up")} gave up, ` +
    `${phase("idle")} resting | ${tally.dials} dials, ${tally.logins} logins, ${tally.drops} drops`
  );
}
