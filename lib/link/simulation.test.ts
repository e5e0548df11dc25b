import { describe, expect, it } from "vitest";
import { SimulatedLink } from "#lib/testing/simulated-link.ts";

const SEEDS = 10_000;

describe("ten thousand dogs in ten thousand worlds", () => {
  it("D10, D29: no dog is silent for ever, waits beyond the longest probe, flaps without backing off, or dials twice at a time; fair weather brings each back", () => {
    let dials = 0;
    const stranded: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = new SimulatedLink(seed).run();
      dials += run.dials;
      if (!run.endedUp) stranded.push(seed);
    }
    expect(stranded).toEqual([]);
    expect(dials).toBeGreaterThan(SEEDS * 10);
  }, 60_000);

  it("D11: every outage is part of exactly one acknowledged login", () => {
    let outages = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { reported } = new SimulatedLink(seed).run(2);
      outages += reported.size;
      expect([seed, ...[...reported.values()].filter((times) => times !== 1)]).toEqual([seed]);
    }
    expect(outages).toBeGreaterThan(SEEDS);
  }, 60_000);

  it("D12: stopped at any moment, a dog leaves no timer and no socket, and answers that come late move nothing", () => {
    for (let seed = 1; seed <= SEEDS; seed++) new SimulatedLink(seed).stopAtSomeMoment();
  }, 60_000);
});
