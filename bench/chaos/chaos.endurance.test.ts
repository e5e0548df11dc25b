import { describe, expect, it } from "vitest";
import { chaos } from "./chaos.ts";

describe("a thousand dogs and a gateway that dies", () => {
  it("G1, G3: after kill -9 nothing acknowledged is lost or doubled and all are back; a drain ends every session with 1012", async () => {
    const { findings } = await chaos({ dogs: 1_000, runs: 1, seed: 1, seedShare: 0.5, clients: 50, say: () => {} });
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  });
});
