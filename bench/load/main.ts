// A process that plays dogs. Its parent says over IPC what to do and hears four times a second how it goes.
import { seededRandom } from "#lib/testing/random.ts";
import { ClientDog } from "./client-dog.ts";
import { leashHabit, seedHabit } from "./habits.ts";
import { LoadDog } from "./load-dog.ts";
import { castOf, type LoadCounts, type LoadOrder, type LoadPlan, pickFault } from "./load-plan.ts";
import type { LoadContext, LoadRobot, Phase } from "./robot.ts";
import { type Sight, WitnessLog } from "./witness.ts";

const COUNT_EVERY_MS = 250;
const HEARTBEAT_S = 30;
/** A Leash dog ends a connection on which nothing came for this long. */
const SILENCE_MS = 45_000;
const STEP_MS = 20;

process.once("message", (plan: LoadPlan) => {
  const log = new WitnessLog(plan.witness);
  const random = seededRandom(plan.seed + 1);
  const seen: Partial<Record<Sight["did"], number>> = {};
  const see = (sn: string, sight: Sight) => {
    seen[sight.did] = (seen[sight.did] ?? 0) + 1;
    log.note(sn, sight);
  };
  const { host, port, token } = plan;
  const context: LoadContext = { host, port, token, random, see };
  const dogs = castOf(plan).map(({ sn, kind, localAddress }): LoadRobot => {
    if (kind === "client") return new ClientDog(sn, localAddress, context);
    return new LoadDog(sn, kind === "seed" ? seedHabit : leashHabit, localAddress, context);
  });

  const counts = (): LoadCounts => {
    const inPhase = (phase: Phase) => dogs.reduce((sum, dog) => sum + (dog.phase === phase ? 1 : 0), 0);
    return {
      dogs: dogs.length,
      up: inPhase("up"),
      frozen: inPhase("frozen"),
      gaveUp: inPhase("gave_up"),
      dials: seen.dial ?? 0,
      logins: (seen.login ?? 0) + (seen.let_in ?? 0),
      refused: seen.refused ?? 0,
      failed: seen.failed ?? 0,
      closed: seen.closed ?? 0,
    };
  };
  setInterval(() => process.send?.(counts()), COUNT_EVERY_MS);
  let second = 0;
  setInterval(() => {
    second++;
    const silentSince = performance.now() - SILENCE_MS;
    dogs.forEach((dog, index) => {
      if (index % HEARTBEAT_S === second % HEARTBEAT_S) dog.heartbeat();
      dog.endIfSilent(silentSince);
    });
  }, 1_000);

  const start = (perSecond?: number) => {
    const startedAt = performance.now();
    let next = 0;
    const step = () => {
      const due = perSecond === undefined ? dogs.length : ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; next < Math.min(due, dogs.length); next++) dogs[next]?.start();
      if (next < dogs.length) setTimeout(step, STEP_MS);
    };
    step();
  };
  const suffer = (order: Extract<LoadOrder, { order: "suffer" }>) => {
    const up = dogs.filter((dog) => dog.phase === "up");
    for (let i = 0; i < order.count && up.length > 0; i++) {
      const [dog] = up.splice(Math.floor(random() * up.length), 1);
      dog?.suffer(order.fault === "mix" ? pickFault(random) : order.fault);
    }
  };
  const stop = () => {
    for (const dog of dogs) dog.stop();
    log.close();
    process.exit(0);
  };

  process.on("message", (order: LoadOrder) => {
    switch (order.order) {
      case "start":
        return start(order.perSecond);
      case "suffer":
        return suffer(order);
      case "stop":
        return stop();
    }
  });
  process.on("disconnect", stop);
  process.send?.(counts());
});
