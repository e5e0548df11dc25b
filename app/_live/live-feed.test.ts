import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import type { StreamListener } from "./event-stream.ts";
import { createLiveFeed } from "./live-feed.ts";
import { registerLiveWriter } from "./live-writers.ts";

const KEY = ["list"] as const;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function setUp() {
  const clock = new FakeClock();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  let stream: StreamListener | undefined;
  const feed = createLiveFeed({ clock, client, start: { now: 0, mode: "full" } });
  const close = feed.open({
    lead: undefined,
    channel: undefined,
    open: (listener) => {
      stream = listener;
      return { retry: () => {}, close: () => {} };
    },
  });
  const unregister = registerLiveWriter({
    changes: (data, to) => {
      if (data.many) return;
      const sns = data.rows.map((row) => `${row.client_id}:${row.reconnection_attempts}`);
      to.setQueryData<string[]>(KEY, (rows) =>
        rows?.map((row) => sns.find((sn) => sn.startsWith(`${row.split(":")[0]}:`)) ?? row),
      );
    },
  });
  cleanups.push(close, unregister, () => client.clear());
  const attempt = (sn: string, attempts: number) =>
    stream?.frame({
      event: "changes",
      data: { many: false, rows: [{ client_id: sn, reconnection_attempts: attempts }] },
    } as unknown as Parameters<StreamListener["frame"]>[0]);
  const tick = () => stream?.frame({ event: "tick", data: { now: clock.now() } });
  return { clock, client, attempt, tick };
}

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => void systemClock.schedule(0, resolve));
};

describe("C70: frames and answers meet", () => {
  it("C70: a frame that came while the question was out is written over the older answer", async () => {
    const { client, attempt, tick } = setUp();
    tick();
    const answer = Promise.withResolvers<string[]>();
    const asking = client.fetchQuery({ queryKey: KEY, queryFn: () => answer.promise });
    await settle();
    attempt("a", 7);
    answer.resolve(["a:6", "b:1"]);
    await asking;
    await settle();
    expect(client.getQueryData(KEY)).toEqual(["a:7", "b:1"]);
  });

  it("C70: an old frame is not written over a newer answer", async () => {
    const { clock, client, attempt, tick } = setUp();
    tick();
    attempt("a", 2);
    clock.advance(1_000);
    await client.fetchQuery({ queryKey: KEY, queryFn: async () => ["a:6"] });
    await settle();
    expect(client.getQueryData(KEY)).toEqual(["a:6"]);
  });

  it("C70: after a gap every query is asked again", async () => {
    const { client, tick } = setUp();
    await client.fetchQuery({ queryKey: KEY, queryFn: async () => ["a:1"] });
    tick();
    expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);
  });
});
