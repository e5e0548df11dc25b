import type { Clock } from "#lib/clock/clock.ts";
import { assumedSchedule, leashSchedule, type Schedule } from "#lib/reconnection/schedule.ts";
import type { Identity } from "./login-args.ts";
import { type FaultKind, longTail, nextFaultMs, type Profile } from "./profile.ts";
import { type DogAct, type DogPhase, SimulatedDog } from "./simulated-dog.ts";

export interface FleetConfig {
  readonly url: string;
  readonly token: string;
  readonly dogs: number;
  readonly profile: Profile;
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

const SITES = ["Ningbo yard", "Waigaoqiao dock", "Suzhou plant", "Hangzhou campus", "Pudong depot"];
/** One source address holds some 28,000 sockets; on loopback there are more addresses to be had. */
const LOOPBACK = /^wss?:\/\/(127\.\d+\.\d+\.\d+|localhost)[:/]/;
const SERIES = ["A1", "A1", "A1", "A2", "M1"];

/** Many dogs on one process, with faults drawn from one seed. `stop` ends every timer and socket. */
export class Fleet {
  readonly dogs: readonly SimulatedDog[];
  #config: FleetConfig;
  #cancels = new Set<() => void>();
  #counts = { dials: 0, logins: 0, drops: 0, refused: 0 };
  #faults: Record<string, number> = {};
  #stopped = false;

  constructor(config: FleetConfig) {
    this.#config = config;
    const act = (sn: string, done: DogAct) => this.#record(sn, done);
    const context = { url: config.url, token: config.token, clock: config.clock, random: config.random, act };
    this.dogs = Array.from({ length: config.dogs }, (_, index) => new SimulatedDog(this.#identity(index), context));
  }

  start(): void {
    const { profile, rampPerSecond, random } = this.#config;
    this.dogs.forEach((dog, index) => {
      this.#later((index / rampPerSecond) * 1_000, () => {
        dog.start();
        for (const kind of Object.keys(profile.perDogHour) as FaultKind[]) this.#plan(dog, kind);
      });
    });
    if (profile.site) this.#planSite(longTail(profile.site.everyMs, random()));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    for (const dog of this.dogs) dog.stop();
  }

  tally(): FleetTally {
    const phases: Partial<Record<DogPhase, number>> = {};
    for (const dog of this.dogs) phases[dog.phase] = (phases[dog.phase] ?? 0) + 1;
    return { phases, ...this.#counts, faults: this.#faults };
  }

  /** Takes every dog of a site off the network at once; they come back within a few seconds of `awayMs`. */
  dropSite(site: string, awayMs: number): void {
    const { random } = this.#config;
    for (const dog of this.dogs) {
      if (dog.identity.site === site) dog.cutNetwork(random() < 0.85 ? "reset" : "silence", awayMs + random() * 6_000);
    }
  }

  #plan(dog: SimulatedDog, kind: FaultKind): void {
    const { profile, random } = this.#config;
    const wait = nextFaultMs(profile.perDogHour[kind], random());
    if (!Number.isFinite(wait)) return;
    this.#later(wait, () => {
      if (dog.phase === "up") this.#inflict(dog, kind);
      this.#plan(dog, kind);
    });
  }

  #inflict(dog: SimulatedDog, kind: FaultKind): void {
    const { profile, random } = this.#config;
    switch (kind) {
      case "reset":
      case "fin":
        dog.cutNetwork(kind, longTail(profile.awayMs, random()));
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
      case "wrongToken":
        dog.loseToken(20_000 + random() * 120_000);
        return;
      case "dead":
        dog.die();
        return;
    }
  }

  #planSite(wait: number): void {
    const { profile, random } = this.#config;
    const { site } = profile;
    if (!site) return;
    this.#later(wait, () => {
      const name = SITES[Math.floor(random() * SITES.length)] ?? "Ningbo yard";
      this.#faults.site = (this.#faults.site ?? 0) + 1;
      this.dropSite(name, longTail(site.awayMs, random()));
      this.#planSite(longTail(site.everyMs, random()));
    });
  }

  #later(ms: number, task: () => void): void {
    if (this.#stopped) return;
    const cancel = this.#config.clock.schedule(ms, () => {
      this.#cancels.delete(cancel);
      task();
    });
    this.#cancels.add(cancel);
  }

  #identity(index: number): Identity {
    const { profile, random, url } = this.#config;
    const pick = <T>(list: readonly T[], fallback: T) => list[Math.floor(random() * list.length)] ?? fallback;
    const seed = random() < profile.seedShare;
    return {
      sn: `GB-${pick(SERIES, "A1")}-${String(index + 1).padStart(4, "0")}`,
      appId: "galbot-patrol",
      site: pick(SITES, "Ningbo yard"),
      network: pick(profile.networks, "4G"),
      firmware: pick(["2.8.1", "2.8.0", "2.7.4"], "2.8.1"),
      schedule: seed ? assumedSchedule() : this.#leashSchedule(),
      ...(LOOPBACK.test(url) ? { localAddress: `127.0.0.${2 + (index % 8)}` } : {}),
    };
  }

  #leashSchedule(): Schedule {
    const { profile, random } = this.#config;
    const schedule = leashSchedule(undefined, "reported");
    const probes = profile.probeShare === undefined || random() < profile.probeShare;
    return probes ? schedule : { ...schedule, probeMs: null };
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

/** "2/200 up" words for the progress line. */
export function describeTally(tally: FleetTally, total: number): string {
  const phase = (name: DogPhase) => tally.phases[name] ?? 0;
  const out = phase("dialing") + phase("waiting") + phase("signing_in");
  return (
    `${phase("up")}/${total} up, ${out} out, ${phase("silent")} silent, ${phase("refused")} refused, ${phase("gave_up")} gave up, ` +
    `${phase("idle")} resting | ${tally.dials} dials, ${tally.logins} logins, ${tally.drops} drops`
  );
}
