import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.ts";
import { rotated } from "./run-work.ts";

const known = ["login", "heartbeat"];

describe("the bench's command line", () => {
  it("does everything unless told which works", () => {
    expect(parseOptions([], known)).toEqual({
      works: [],
      rounds: undefined,
      quick: false,
      strict: false,
      pin: true,
      profile: false,
    });
    expect(parseOptions(["heartbeat", "--rounds", "2", "--quick", "--no-pin"], known)).toMatchObject({
      works: ["heartbeat"],
      rounds: 2,
      quick: true,
      pin: false,
    });
  });

  it("names what it does not know", () => {
    expect(() => parseOptions(["logon"], known)).toThrow("no work is called logon: expected login, heartbeat");
    expect(() => parseOptions(["--rounds", "0"], known)).toThrow("--rounds 0: expected a whole number from 1 to 50");
    expect(() => parseOptions(["--fast"], known)).toThrow(/--fast/);
  });

  it("lets another peer begin each round", () => {
    const peers = ["leash", "bare", "socket.io"] as const;
    expect([0, 1, 2, 3].map((round) => rotated(peers, round).join(" "))).toEqual([
      "leash bare socket.io",
      "bare socket.io leash",
      "socket.io leash bare",
      "leash bare socket.io",
    ]);
  });
});
