import { describe, expect, it } from "vitest";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { DOG_STATES } from "#lib/fleet/dog.ts";
import { createForceCenter } from "../api/force-center.ts";
import { createForceGroups, type EndedGroup } from "./force-groups.ts";
import { type ForceTarget, forceEffect, forcibleFilter, forcibleIds, planForce } from "./force-plan.ts";
import { stepsReached, ticketEnd } from "./ticket-end.ts";
import { createTicketOverlay, newestTicket } from "./ticket-overlay.ts";

const ticket = (fields: Partial<ForceTicket> = {}): ForceTicket => ({
  ticket: "T1",
  client_id: "dog-1",
  batch: null,
  status: "armed",
  actor: "Lin Wei",
  note: null,
  requested_at: "2026-01-01T00:00:00.000Z",
  deadline_at: null,
  closing_at: null,
  armed_at: null,
  dialed_at: null,
  authenticated_at: null,
  stable_at: null,
  ended_at: null,
  failure: null,
  last_error: null,
  ...fields,
});
const row = (client_id: string, state: (typeof DOG_STATES)[number], next_retry_time: string | null = null) => ({
  client_id,
  state,
  next_retry_time,
});

describe("C72: the confirm says what will happen to how many", () => {
  it("C72: every state has one effect", () => {
    expect(Object.fromEntries(DOG_STATES.map((state) => [state, forceEffect(state)]))).toEqual({
      connected: "redial",
      silent: "redial",
      settling: "redial",
      reconnecting: "watch",
      probing: "watch",
      gave_up: "arm",
      offline: "arm",
      refused: "refused",
      retired: "retired",
    });
  });

  it("C72: chosen rows are split; refused ones are counted and left out; the earliest dial is told", () => {
    const rows = [
      row("a", "reconnecting", "2026-01-01T00:00:20Z"),
      row("b", "reconnecting", "2026-01-01T00:00:09Z"),
      row("c", "gave_up"),
      row("d", "refused", "2026-01-01T00:00:01Z"),
    ];
    expect(planForce({ type: "rows", rows })).toEqual({
      counts: { redial: 0, watch: 2, arm: 1, refused: 1, retired: 0 },
      total: 3,
      nextDialAt: Date.parse("2026-01-01T00:00:09Z"),
    });
    expect(forcibleIds(rows)).toEqual(["a", "b", "c"]);
  });

  it("C72: all that match: what is counted is what is asked for", () => {
    const target: Extract<ForceTarget, { type: "matching" }> = {
      type: "matching",
      filter: { site: "dock" },
      byState: { reconnecting: 100, refused: 3, gave_up: 2, settling: 5 },
    };
    expect(planForce(target)).toMatchObject({ total: 107, counts: { redial: 5, watch: 100, arm: 2, refused: 3 } });
    expect(forcibleFilter(target)).toEqual({ site: "dock", state: ["reconnecting", "gave_up", "settling"] });
    const narrowed: ForceTarget = { ...target, filter: { state: ["gave_up"] } };
    expect(planForce(narrowed).total).toBe(2);
  });
});

describe("C72: an action is answered with its outcome, once", () => {
  it("C72: a ticket ends by its status; where outcomes are not reported, by having been sent", () => {
    expect(ticketEnd(ticket({ status: "armed" }))).toBeNull();
    expect(ticketEnd(ticket({ status: "expired" }))).toBe("expired");
    expect(ticketEnd(ticket({ status: "requested", ended_at: "2026-01-01T00:00:00.000Z" }))).toBe("sent");
    expect(ticketEnd(ticket({ status: "authenticated", ended_at: "2026-01-01T00:00:09.000Z" }))).toBe("back");
  });

  it("C72: a failed ticket keeps the steps it reached", () => {
    const at = "2026-01-01T00:00:00.000Z";
    expect(stepsReached(ticket({ armed_at: at, authenticated_at: at }))).toBe(3);
    expect(stepsReached(ticket({ armed_at: at, dialed_at: at }))).toBe(2);
    expect(stepsReached(ticket({ armed_at: at }))).toBe(1);
    expect(stepsReached(ticket())).toBe(0);
  });

  it("C72: three dogs of one click are announced together, when the last is over", () => {
    const groups = createForceGroups();
    groups.start(["T1", "T2", "T3"], 1);
    expect(
      groups.end([ticket({ ticket: "T1", status: "stable" }), ticket({ ticket: "T2", status: "dialed" })]),
    ).toEqual([]);
    expect(groups.end([ticket({ ticket: "T1", status: "stable" })])).toEqual([]);
    const [ended] = groups.end([
      ticket({ ticket: "T2", status: "failed" }),
      ticket({ ticket: "T3", status: "expired" }),
    ]);
    expect(ended).toMatchObject({ refused: 1, counts: { stable: 1, failed: 1, expired: 1 } });
    expect(groups.waiting()).toEqual([]);
  });

  it("C72: tickets others started are not announced", () => {
    const groups = createForceGroups();
    expect(groups.end([ticket({ status: "stable" })])).toEqual([]);
  });

  it("C72: the end of a batch is told once, by its counts; a batch of nothing and one of another tab are not", () => {
    const center = createForceCenter(async (id) => ticket({ ticket: id }));
    const ended: EndedGroup[] = [];
    center.onEnded((group) => ended.push(group));
    const over = (batch: string, total: number) => ({
      batch,
      total,
      stopped: true,
      actor: "Lin Wei",
      note: null,
      started_at: "2026-01-01T00:00:00.000Z",
      by_status: { stable: 7, expired: 2, cancelled: 51 },
    });
    center.started({ batch: "B1", total: 60 }, 0);
    center.started({ batch: "B2", total: 0 }, 0);
    for (const batch of [over("B1", 60), over("B1", 60), over("B2", 0), over("B3", 60)]) center.batchOver(batch);
    expect(ended).toEqual([
      {
        total: 60,
        tickets: [],
        refused: 0,
        counts: { stable: 7, failed: 0, expired: 2, cancelled: 51, sent: 0, back: 0 },
      },
    ]);
  });

  it("C72: an end that fell into a gap is asked after", async () => {
    const center = createForceCenter(async (id) => ticket({ ticket: id, status: "stable" }));
    const ended: EndedGroup[] = [];
    center.onEnded((group) => ended.push(group));
    center.started({ tickets: [{ client_id: "dog-1", ticket: "T1", status: "requested" }], errors: [] }, 0);
    expect(center.overlay.of("dog-1")?.ticket.status).toBe("requested");
    await center.catchUp(() => 1_000);
    expect(ended).toMatchObject([{ counts: { stable: 1 } }]);
  });

  it("C72: what the feed said of a ticket before its answer came stands, an end too", () => {
    const center = createForceCenter(async (id) => ticket({ ticket: id }));
    const ended: EndedGroup[] = [];
    center.onEnded((group) => ended.push(group));
    const answer = (client_id: string) => ({
      tickets: [{ client_id, ticket: `of ${client_id}`, status: "closing" as const }],
      errors: [],
    });
    const said = [
      ticket({ ticket: "of dog-1", status: "authenticated" }),
      ticket({ ticket: "T0", client_id: "dog-2" }),
    ];
    center.heard([...said, ticket({ ticket: "of dog-3", client_id: "dog-3", status: "failed" })], 0);
    for (const sn of ["dog-1", "dog-2", "dog-3"]) center.started(answer(sn), 10);
    expect(center.overlay.of("dog-1")?.ticket.status).toBe("authenticated");
    expect(center.overlay.of("dog-2")?.ticket).toMatchObject({ ticket: "of dog-2", status: "closing" });
    expect(ended).toMatchObject([{ counts: { failed: 1 } }]);
  });

  it("C72: the newest word stands for 10 s, then the row's own", () => {
    const overlay = createTicketOverlay();
    const own = ticket({ status: "armed" });
    overlay.put([ticket({ status: "dialed" })], 1_000);
    expect(newestTicket(own, overlay.of("dog-1"), 11_000)?.status).toBe("dialed");
    expect(newestTicket(own, overlay.of("dog-1"), 11_001)?.status).toBe("armed");
    overlay.put([ticket({ client_id: "dog-2" })], 12_000);
    expect(overlay.of("dog-1")).toBeUndefined();
  });
});
