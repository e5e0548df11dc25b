import { describe, expect, it } from "vitest";
import { AppError } from "#lib/errors/app-error.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createCapability } from "./capability.ts";

function setUp() {
  const clock = new FakeClock();
  let probes = 0;
  let upstream: "full" | "basic" | "away" = "full";
  const capability = createCapability({
    clock,
    redecideMs: 30_000,
    probe: async () => {
      probes += 1;
      if (upstream === "away") {
        capability.unreachable();
        throw new AppError("upstream_unavailable", "away");
      }
      capability.answered(upstream === "full");
    },
  });
  return {
    clock,
    capability,
    probes: () => probes,
    become: (next: typeof upstream) => {
      upstream = next;
    },
  };
}

describe("C64: full or basic is decided by answers", () => {
  it("C64: it is asked once, however many want to know", async () => {
    const { capability, probes } = setUp();
    expect(await Promise.all([capability.decide(), capability.decide(), capability.decide()])).toEqual([
      "full",
      "full",
      "full",
    ]);
    expect(probes()).toBe(1);
  });

  it("C64: a decision holds 30 s, then it is made again", async () => {
    const { clock, capability, probes, become } = setUp();
    await capability.decide();
    become("basic");
    clock.advance(29_999);
    expect(await capability.decide()).toBe("full");
    clock.advance(1);
    expect(await capability.decide()).toBe("basic");
    expect(probes()).toBe(2);
  });

  it("C64: any answer decides at once: an upstream that was swapped is not asked for what it lacks", async () => {
    const { capability } = setUp();
    await capability.decide();
    capability.answered(false);
    expect(await capability.decide()).toBe("basic");
  });

  it("C64: an upstream that is away keeps the last mode known, and says down", async () => {
    const { clock, capability, become } = setUp();
    expect([capability.current(), capability.lastKnown()]).toEqual(["down", undefined]);
    become("basic");
    await capability.decide();
    become("away");
    clock.advance(30_000);
    await expect(capability.decide()).rejects.toMatchObject({ code: "upstream_unavailable" });
    expect([capability.current(), capability.lastKnown()]).toEqual(["down", "basic"]);
    become("basic");
    expect(await capability.decide()).toBe("basic");
    expect(capability.current()).toBe("basic");
  });
});
