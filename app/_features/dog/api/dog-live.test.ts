import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import type { StreamFrame } from "#lib/contracts/fleet.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createDogLive } from "./dog-live.ts";
import { dogQueries } from "./dog-queries.ts";

const DAY_MS = 86_400_000;

it("C112: a dog that changes is asked for once a second, its past beyond a day once in ten", () => {
  const clock = new FakeClock();
  const client = new QueryClient();
  const now = () => clock.now();
  const past = (lengthMs: number) => dogQueries.recent("a", lengthMs, now).queryKey;
  const stretch = (lengthMs: number) =>
    dogQueries.stretch("a", { from: clock.now() - lengthMs, to: clock.now() }, false).queryKey;
  const keys = {
    detail: dogQueries.detail("a").queryKey,
    day: past(DAY_MS),
    month: past(30 * DAY_MS),
    hours: stretch(DAY_MS / 4),
    week: stretch(7 * DAY_MS),
    other: dogQueries.recent("b", DAY_MS, now).queryKey,
  };
  const asked = Object.fromEntries(Object.keys(keys).map((name) => [name, 0]));
  const load = () => {
    for (const [name, queryKey] of Object.entries(keys)) {
      if (client.getQueryState(queryKey)?.isInvalidated) asked[name] = (asked[name] ?? 0) + 1;
      client.setQueryData(queryKey, {} as never);
    }
  };
  load();
  const live = createDogLive(client, clock, "a");
  const changed = { many: true } satisfies StreamFrame<"changes">;
  for (let i = 0; i < 39; i++) {
    live.writer.changes?.(changed, client);
    clock.advance(250);
    load();
  }
  expect(asked).toMatchObject({ detail: 10, day: 10, hours: 10, month: 0, week: 0, other: 0 });
  clock.advance(250);
  load();
  expect(asked).toMatchObject({ month: 1, week: 1, other: 0 });
  live.close();
});
