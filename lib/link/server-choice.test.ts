import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createServerChoice,
  currentServer,
  primarySeen,
  RETURN_AFTER_MS,
  returnToPrimary,
  type ServerChoice,
  serverFailed,
  serverWorked,
  sessionEndedEarly,
  sessionLasted,
  shouldReturn,
  withServers,
} from "./server-choice.ts";

const URLS = ["wss://a/ws", "wss://b/ws", "wss://c/ws"] as const;
const [A, B, C] = URLS;

describe("D21: which server next", () => {
  it("its list of servers never wraps: ours goes round, and forgets none", () => {
    let choice = createServerChoice(URLS);
    const tried: string[] = [];
    for (let now = 0; now < 7; now++) {
      tried.push(currentServer(choice));
      choice = serverFailed(choice, now);
    }
    expect(tried).toEqual([A, B, C, A, B, C, A]);
  });

  it("the one whose failure is longest ago, after those that never failed", () => {
    let choice = serverFailed(createServerChoice(URLS), 10);
    choice = serverWorked(choice);
    expect(currentServer(choice)).toBe(B);
    choice = serverFailed(choice, 20);
    expect(currentServer(choice)).toBe(C);
    choice = serverFailed(choice, 30);
    expect(currentServer(choice)).toBe(A);
  });

  it("whatever fails whenever, no server waits longer than one round", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 1_000 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), steps, (count, walk) => {
        const urls = Array.from({ length: count }, (_, n) => `wss://${n}/ws`) as [string, ...string[]];
        let choice = createServerChoice(urls);
        let now = 0;
        for (const [works, passed] of walk) {
          now += passed;
          choice = works ? serverWorked(choice) : serverFailed(choice, now);
        }
        const tried = new Set<string>();
        for (let dial = 0; dial < count; dial++) {
          tried.add(currentServer(choice));
          choice = serverFailed(choice, now + dial);
        }
        expect(tried.size).toBe(count);
      }),
    );
  });

  it("a single server stays, doubles are one", () => {
    expect(currentServer(serverFailed(createServerChoice([A]), 5))).toBe(A);
    expect(createServerChoice([A, A, B]).servers).toHaveLength(2);
  });

  it("a new list keeps what is known, and the dog where it is if that is still on it", () => {
    const choice = serverFailed(createServerChoice(URLS), 5);
    const same = withServers(choice, [C, B], B);
    expect([currentServer(same), same.servers.map(({ failures }) => failures)]).toEqual([B, [0, 0]]);
    const primary = withServers(choice, [A, C], B);
    expect([currentServer(primary), primary.servers[0]?.failedAt]).toEqual([A, 5]);
  });
});

describe("D29: a server that does not keep a dog", () => {
  const inAndOut = (choice: ServerChoice, now: number) => sessionEndedEarly(serverWorked(choice), now);

  it("three sessions in a row that did not last are a failure, one that lasted begins the count anew", () => {
    let choice = inAndOut(inAndOut(createServerChoice(URLS), 1), 2);
    expect(currentServer(choice)).toBe(A);
    choice = inAndOut(inAndOut(sessionLasted(serverWorked(choice)), 3), 4);
    expect(currentServer(choice)).toBe(A);
    choice = inAndOut(choice, 5);
    expect(currentServer(choice)).toBe(B);
    choice = serverFailed(choice, 6);
    expect(currentServer(choice)).toBe(C);
    choice = serverFailed(choice, 7);
    expect(currentServer(choice)).toBe(A);
    expect(currentServer(inAndOut(inAndOut(choice, 8), 9))).toBe(A);
  });

  it("a return to a primary that does so still counts as one that did not last", () => {
    let choice = returnToPrimary(serverWorked(serverFailed(createServerChoice(URLS), 0)), 1_000);
    for (let now = 2_000; now <= 4_000; now += 1_000) choice = inAndOut(choice, now);
    expect([currentServer(choice), choice.hastyReturns]).toEqual([B, 1]);
  });

  it("with one server nothing changes", () => {
    let choice = createServerChoice([A]);
    for (let now = 0; now < 20; now++) {
      choice = inAndOut(choice, now);
      expect([currentServer(choice), shouldReturn(choice, now)]).toEqual([A, false]);
    }
  });
});

describe("D22: back to the primary, without ping-pong", () => {
  const onBackup = (now = 0) => serverWorked(serverFailed(createServerChoice(URLS), now));

  it("only after it was healthy for 3 min without a break", () => {
    let choice = onBackup();
    expect(shouldReturn(choice, 10 ** 9)).toBe(false);
    choice = primarySeen(choice, true, 1_000);
    choice = primarySeen(choice, true, 100_000);
    expect(shouldReturn(choice, 1_000 + RETURN_AFTER_MS - 1)).toBe(false);
    expect(shouldReturn(choice, 1_000 + RETURN_AFTER_MS)).toBe(true);
    choice = primarySeen(choice, false, 150_000);
    choice = primarySeen(choice, true, 170_000);
    expect(shouldReturn(choice, 170_000 + RETURN_AFTER_MS - 1)).toBe(false);
    expect(shouldReturn(choice, 170_000 + RETURN_AFTER_MS)).toBe(true);
  });

  it("a primary that never lasts is returned to ever more seldom, at least once an hour; one good return makes up for it", () => {
    let choice: ServerChoice = onBackup();
    let now = 0;
    const waits: number[] = [];
    const returnOnce = () => {
      choice = primarySeen(choice, true, now);
      let waited = 0;
      while (!shouldReturn(choice, now + waited)) waited += 60_000;
      now += waited;
      choice = returnToPrimary(choice, now);
      return waited;
    };
    for (let returns = 0; returns < 7; returns++) {
      waits.push(returnOnce());
      choice = serverWorked(serverFailed(choice, ++now));
      expect(currentServer(choice)).not.toBe(A);
    }
    expect(waits.map((ms) => ms / 60_000)).toEqual([3, 6, 12, 24, 48, 60, 60]);
    returnOnce();
    now += 600_000;
    choice = serverWorked(serverFailed(choice, now));
    expect(returnOnce()).toBe(RETURN_AFTER_MS);
  });

  it("a dog that is on the primary has nowhere to return to", () => {
    expect(shouldReturn(primarySeen(createServerChoice(URLS), true, 0), 10 ** 9)).toBe(false);
  });
});
