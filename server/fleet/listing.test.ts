import { afterEach, describe, expect, it } from "vitest";
import { CAUSE } from "#lib/testing/builders.ts";
import { startWorld, type World } from "#server/api/testing/api-harness.ts";

const worlds: World[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});

async function world(): Promise<World> {
  const made = await startWorld();
  worlds.push(made);
  return made;
}
const name = (i: number) => `dog-${String(i).padStart(3, "0")}`;

/** `count` dogs out, dropped 1 s apart. */
async function stormOf(count: number): Promise<World> {
  const w = await world();
  for (let i = 0; i < count; i++)
    w.dogs.login(name(i), { network: i % 2 ? "wifi" : "4g", labels: { site: `s${i % 3}` } });
  w.clock.advance(120_000);
  for (let i = 0; i < count; i++) {
    w.dogs.drop(name(i), i % 5 === 0 ? CAUSE.timeout : CAUSE.network);
    w.clock.advance(1_000);
  }
  return w;
}
const sns = (page: ReturnType<World["page"]>) => page.items.map(({ client_id }) => client_id);

describe("pages", () => {
  it.each(["since", "attempts", "sn", "next_retry", "network"] as const)(
    "G71: sorted by %s, pages neither skip nor repeat while dogs drop, return and retire between them",
    async (sort) => {
      const w = await stormOf(60);
      const whole = w.page({ sort, limit: 100 });
      expect(whole.total).toBe(60);
      const seen: string[] = [];
      let cursor: string | undefined;
      let asOf: string | undefined;
      for (let n = 0; n < 10; n++) {
        const page = w.page({ sort, limit: 7, ...(cursor ? { cursor } : {}) });
        seen.push(...sns(page));
        asOf ??= page.as_of;
        expect(page.as_of).toBe(asOf);
        expect(page.total).toBe(60);
        w.dogs.login(name(n * 5));
        w.dogs.login(`late-${n}`);
        w.dogs.drop(`late-${n}`);
        w.journal.append({ type: "dog.retired", sn: name(n * 5 + 1), actor: "ops", note: null });
        w.clock.advance(1_500);
        if (!page.next_cursor) break;
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(sns(whole));
    },
  );

  it("G71: a cursor whose list is gone goes on after its row, in either order", async () => {
    for (const order of ["asc", "desc"] as const) {
      const w = await stormOf(50);
      const all = sns(w.page({ order, limit: 100 }));
      const first = w.page({ order, limit: 10 });
      for (let i = 0; i < 200; i++) {
        w.clock.advance(300);
        w.page({ limit: 1, q: "dog", sort: i % 2 ? "sn" : "since" });
      }
      w.clock.advance(200_000);
      for (let i = 0; i < 70; i++) w.page({ limit: 2, q: `dog-0${i % 40}` });
      const second = w.page({ order, limit: 10, cursor: first.next_cursor ?? "" });
      expect(sns(second)).toEqual(all.slice(10, 20));
    }
  });

  it("G71: a list that is paged through is held for 2 minutes, and no longer where other lists are only looked at", async () => {
    const w = await stormOf(50);
    const held = () => w.readModel.sizes().held_lists;
    const { next_cursor } = w.page({ limit: 10 });
    w.clock.advance(119_000);
    w.page({ limit: 10, cursor: next_cursor ?? "" });
    expect(held()).toBe(1);
    w.clock.advance(120_001);
    w.page({ limit: 100 });
    expect(held()).toBe(0);
  });

  it("G71: a cursor is refused when it is not ours or belongs to another query", async () => {
    const w = await stormOf(20);
    const { next_cursor } = w.page({ limit: 5 });
    for (const query of [
      { cursor: "nonsense" },
      { cursor: Buffer.from("[1,2]").toString("base64url") },
      { cursor: next_cursor ?? "", sort: "sn" as const },
      { cursor: next_cursor ?? "", site: "s1" },
    ]) {
      expect(() => w.page({ limit: 5, ...query })).toThrow(expect.objectContaining({ code: "invalid_input" }));
    }
    expect(() =>
      w.readModel.page({ sort: "since", order: "asc", limit: 5, cursor: next_cursor ?? "" }, "all"),
    ).toThrow();
  });

  it("G72: filters narrow, the tabs count what matches without the state", async () => {
    const w = await stormOf(30);
    w.dogs.refuse(name(3));
    const page = w.page({ network: "wifi", state: ["refused"] });
    expect(sns(page)).toEqual([name(3)]);
    expect(page.by_state).toEqual({ reconnecting: 14, refused: 1 });
    expect(w.page({ reason: ["network_timeout"] }).total).toBe(6);
    expect(w.page({ q: "DOG-01" }).total).toBe(10);
    expect(w.page({ site: "s2", network: "4g" }).total).toBe(5);
    expect(w.page({}, "all").total).toBe(30);
    w.journal.append({ type: "dog.retired", sn: name(0), actor: "ops", note: null });
    w.clock.advance(300);
    expect(w.page({}, "all").total).toBe(29);
    expect(sns(w.page({ state: ["retired"] }, "all"))).toEqual([name(0)]);
  });

  it("G73: identical queries share an answer for 250 ms, and not after a told change", async () => {
    const w = await stormOf(3);
    const first = w.page();
    w.clock.advance(249);
    expect(w.page()).toBe(first);
    w.clock.advance(1);
    expect(w.page()).not.toBe(first);
    const again = w.page();
    w.readModel.forgetPages();
    expect(w.page()).not.toBe(again);
  });
});
