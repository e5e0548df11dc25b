import type { PeerName } from "../peers/peer.ts";
import type { WorkResult } from "./results.ts";
import type { Middle } from "./statistics.ts";

const HEAD = ["", "unit", "Leash", "bare", "Socket.IO", "to bare", "to Socket.IO"] as const;

/** Three figures, thousands with a comma: 0.123, 12.3, 1,234. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** The median with what the rounds ranged over. */
export function cell(middle: Middle | undefined): string {
  if (!middle) return "-";
  const { median, min, max, rounds } = middle;
  return rounds === 1 ? figure(median) : `${figure(median)} [${figure(min)}, ${figure(max)}]`;
}

const times = (value: number | null) => (value === null ? "-" : `${value.toFixed(2)}x`);

function cells({ rows }: WorkResult): readonly (readonly string[])[] {
  const of = (peers: Partial<Record<PeerName, Middle>>, name: PeerName) => cell(peers[name]);
  return rows.map(({ says, unit, peers, toBare, toSocketIo }) => [
    says,
    unit,
    of(peers, "leash"),
    of(peers, "bare"),
    of(peers, "socket.io"),
    times(toBare),
    times(toSocketIo),
  ]);
}

/** Columns padded for a terminal. */
export function terminalTable(result: WorkResult): string {
  const lines = [HEAD, ...cells(result)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const body = lines.map((line) =>
    line
      .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [`${result.title} (bare: ${result.bareIs})`, ...body, ...complaints(result)].join("\n");
}

/** The same as Markdown. */
export function markdownTable(result: WorkResult): string {
  const row = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  const rule = `|${HEAD.map((_, column) => (column < 2 ? "---|" : "--:|")).join("")}`;
  const lines = [row(HEAD), rule, ...cells(result).map(row)];
  return [`### ${result.title}`, "", `Bare: ${result.bareIs}.`, "", ...lines, ...complaints(result)].join("\n");
}

function complaints({ failures }: WorkResult): readonly string[] {
  return failures.map((failure) => `FAILED: ${failure}`);
}
