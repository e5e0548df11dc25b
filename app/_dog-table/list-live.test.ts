import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, describe, expect, it } from "vitest";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createListLive } from "./list-live.ts";
import { type DogPages, rowsOf } from "./live-rows.ts";
import { dogRow } from "./testing/dog-row.ts";

const ROOT = ["dogs", "list"];
const key = (search: string) => [...ROOT, search];
const pages = (...all: DogRow[][]): DogPages => ({
  pages: all.map((items) => ({ items, total: 9, next_cursor: null, as_of: "", by_state: {} })),
  pageParams: all.map(() => undefined),
});

describe("live lists", () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** One list on the screen, one left behind by another filter. */
  function stage(shown: DogPages, behind: DogPages) {
    const clock = new FakeClock();
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
    client.setQueryData(key("sort=since"), shown);
    client.setQueryData(key("state=gave_up&sort=since"), behind);
    let fetches = 0;
    let delayMs = 0;
    const observer = new QueryObserver(client, {
      queryKey: key("sort=since"),
      queryFn: () => {
        fetches += 1;
        if (delayMs === 0) return Promise.resolve(shown);
        return new Promise<DogPages>((resolve) => clock.schedule(delayMs, () => resolve(shown)));
      },
    });
    const live = createListLive({ client, clock, root: ROOT, inList: (row) => row.state !== "connected" });
    closers.push(
      observer.subscribe(() => undefined),
      () => live.close(),
      () => client.clear(),
    );
    /** What was asked for has been answered. */
    const settled = async () => {
      await Promise.allSettled(
        client
          .getQueryCache()
          .findAll()
          .map((query) => query.promise),
      );
      await Promise.resolve();
    };
    const answerAfter = (ms: number) => {
      delayMs = ms;
    };
    /** What a further page does to a refetch. */
    const cutOff = () => {
      const further = { cancelRefetch: true, meta: { fetchMore: { direction: "forward" } } } as const;
      void observer.getCurrentQuery().fetch(undefined, further);
    };
    return { clock, client, live, fetches: () => fetches, settled, answerAfter, cutOff };
  }

  it("C24: changed rows reach every loaded list, on the screen or not", () => {
    const { client, live } = stage(pages([dogRow("A")]), pages([dogRow("A", { state: "gave_up" })]));
    live.changes({ many: false, rows: [dogRow("A", { flaps: 2 })] });
    const flaps = (search: string) => rowsOf(client.getQueryData<DogPages>(key(search))).map((row) => row.flaps);
    expect(flaps("sort=since")).toEqual([2]);
    expect(flaps("state=gave_up&sort=since")).toEqual([2]);
  });

  it("C25: a value that changes no order is no refetch; many changes are one each 250 ms", async () => {
    const { clock, live, fetches, settled } = stage(pages([dogRow("A")]), pages([]));
    live.changes({ many: false, rows: [dogRow("A", { reconnection_attempts: 4 })] });
    expect(fetches()).toBe(0);
    for (let step = 0; step < 20; step += 1) {
      live.changes({ many: true });
      await settled();
      clock.advance(50);
    }
    expect(fetches()).toBe(5);
  });

  it("C25: a refetch that takes long is asked for less often: at most a third of the time goes by waiting for it", async () => {
    const { clock, live, fetches, answerAfter } = stage(pages([dogRow("A")]), pages([]));
    answerAfter(200);
    const runs: number[] = [];
    for (let at = 0; at <= 2_100; at += 50) {
      live.changes({ many: true });
      if (fetches() > runs.length) runs.push(at);
      clock.advance(50);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    expect(runs).toEqual([0, 600, 1_200, 1_800]);
  });

  it("C25: while the list is scrolled it is refetched once a second, and soon after it stands still", async () => {
    const { clock, live, fetches, settled } = stage(pages([dogRow("A")]), pages([]));
    const runs: number[] = [];
    for (let at = 0; at <= 3_000; at += 50) {
      if (at <= 2_200) live.moved();
      live.changes({ many: true });
      if (fetches() > runs.length) runs.push(at);
      await settled();
      clock.advance(50);
    }
    expect(runs.slice(0, 3)).toEqual([0, 1_000, 2_000]);
    expect(runs[3]).toBeLessThanOrEqual(2_500);
  });

  it("C25: a refetch waits longer the more pages it must bring, and drops those below the view", async () => {
    const { clock, client, live, fetches, settled } = stage(
      pages([dogRow("A")], [dogRow("B")], [dogRow("C")]),
      pages([]),
    );
    live.view(1);
    live.changes({ many: true });
    expect(client.getQueryData<DogPages>(key("sort=since"))?.pages).toHaveLength(2);
    await settled();
    live.changes({ many: true });
    clock.advance(499);
    expect(fetches()).toBe(1);
    clock.advance(1);
    expect(fetches()).toBe(2);
  });

  it("C25: a refetch that a further page cuts off comes after it", async () => {
    const { clock, live, fetches, cutOff, answerAfter } = stage(pages([dogRow("A")]), pages([]));
    answerAfter(200);
    live.changes({ many: true });
    clock.advance(100);
    cutOff();
    for (let at = 0; at < 2_000; at += 50) {
      clock.advance(50);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    expect(fetches()).toBe(3);
  });

  it("C25: what is on its way is not cut off; the refetch comes after it", async () => {
    const { clock, live, fetches, settled } = stage(pages([dogRow("A")]), pages([]));
    live.changes({ many: true });
    live.changes({ many: true });
    clock.advance(250);
    expect(fetches()).toBe(1);
    await settled();
    clock.advance(250);
    expect(fetches()).toBe(2);
  });
});
