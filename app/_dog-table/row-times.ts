import type { DogRow } from "#lib/contracts/reconnection.ts";

/** An instant of the wire as epoch ms; null stays null, and so does what no clock can read. */
export function instantMs(instant: string | null): number | null {
  if (instant === null) return null;
  const at = Date.parse(instant);
  return Number.isNaN(at) ? null : at;
}

/** What the "next dial" cell says. */
export type NextDial =
  | { readonly status: "none" }
  | { readonly status: "now" }
  | { readonly status: "waiting"; readonly at: number };

/** The next dial of a row at `now` (server's epoch ms). A dial whose time has come is running, for all anyone knows. */
export function nextDial(row: DogRow, now: number): NextDial {
  const at = instantMs(row.next_retry_time);
  if (row.ticket?.status === "dialed") return { status: "now" };
  if (at === null || row.is_connected) return { status: "none" };
  return at <= now ? { status: "now" } : { status: "waiting", at };
}

/** What the "gives up" cell says. */
export type GivesUp =
  | { readonly status: "back" }
  | { readonly status: "never" }
  | { readonly status: "none" }
  | { readonly status: "past"; readonly at: number }
  | { readonly status: "range"; readonly from: number; readonly to: number; readonly urgent: boolean };

const URGENT_MS = 60_000;

/** The end of a row's dials at `now`: a range ahead, an instant behind, or a word. Urgent under a minute to the earliest. */
export function givesUp(row: DogRow, now: number): GivesUp {
  const from = instantMs(row.gives_up_at?.[0] ?? null);
  const to = instantMs(row.gives_up_at?.[1] ?? null);
  switch (row.state) {
    case "settling":
      return { status: "back" };
    case "gave_up":
      return to === null ? { status: "none" } : { status: "past", at: to };
    case "reconnecting":
    case "refused":
    case "probing":
      if (from === null || to === null) return { status: "never" };
      return { status: "range", from, to, urgent: from - now < URGENT_MS };
    case "connected":
    case "silent":
    case "offline":
    case "retired":
      return { status: "none" };
  }
}

/** Dials shown by the attempt bar; null where there is nothing to count. */
export function dialsShown(row: DogRow): number | null {
  switch (row.state) {
    case "settling":
      return row.dials ?? null;
    case "reconnecting":
    case "refused":
    case "probing":
    case "gave_up":
      return row.reconnection_attempts;
    case "connected":
    case "silent":
    case "offline":
    case "retired":
      return null;
  }
}

/** Share of the dog's dials used, for the pie in its glyph. */
export function dialShare(row: DogRow): number {
  return row.max_retries === 0 ? 0 : Math.min(1, row.reconnection_attempts / row.max_retries);
}

/** The state as it reads at `now`: a dog whose dial is running is dialing. */
export function stateAt(row: DogRow, now: number): DogRow["state"] | "dialing" {
  return row.state === "reconnecting" && nextDial(row, now).status === "now" ? "dialing" : row.state;
}
