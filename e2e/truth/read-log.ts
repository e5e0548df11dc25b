import type { DogLine, LogLine } from "#dog/fleet/fleet-log.ts";

/** One line a dog opened, put together from the log. Instants are epoch ms. */
export interface DogLink {
  readonly line: number;
  readonly dialedAt: number;
  loginSentAt: number | null;
  login: { readonly at: number; readonly outage: { readonly dials: number } | null } | null;
  refusedAt: number | null;
  silence: Ending | null;
  left: (Ending & { readonly how: "reset" | "fin" | "close" | "terminate" }) | null;
  ended: (Ending & { readonly code: number | null }) | null;
}

interface Ending {
  readonly at: number;
  readonly heard: readonly [last: number, before: number];
}

/** All the log says of one dog. */
export interface DogStory {
  readonly sn: string;
  readonly kind: "seed" | "leash";
  readonly app: string;
  readonly cohort: string;
  /** As its gateway learns them: the seed's client tells neither. */
  readonly site: string | null;
  readonly network: string | null;
  readonly firmware: string | null;
  readonly links: readonly DogLink[];
}

/** What the log knows up to an instant. */
export interface Log {
  readonly until: number;
  readonly stories: readonly DogStory[];
  readonly faults: Readonly<Record<string, number>>;
}

/** Thrown where a log cannot be the truth: lines lost, more than one run, nothing in it. */
export class LogError extends Error {}

export function parseLog(text: string): readonly LogLine[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine);
}

/** The log is whole up to its newest line: what happened later may not be written yet. */
export const wholeUntil = (lines: readonly LogLine[]): number => lines.at(-1)?.at ?? 0;

/** Everything that had happened by `until`. Throws a LogError. */
export function readLog(lines: readonly LogLine[], until: number): Log {
  const runs = lines.filter(({ act }) => act === "run").length;
  if (runs !== 1) throw new LogError(`a log of one run was expected, this is of ${runs}`);
  const stories = new Map<string, DogStory & { links: DogLink[] }>();
  const faults: Record<string, number> = {};
  for (const line of lines) {
    if (line.act === "lost") throw new LogError(`${line.lines} lines were lost`);
    if (line.at > until || !("sn" in line)) continue;
    if (line.act === "fault") faults[line.kind] = (faults[line.kind] ?? 0) + 1;
    if (line.act === "started" && !stories.has(line.sn)) stories.set(line.sn, storyOf(line));
    const story = stories.get(line.sn);
    if (story) note(story.links, line);
  }
  return { until, stories: [...stories.values()], faults };
}

function storyOf(line: Extract<DogLine, { act: "started" }>): DogStory & { links: DogLink[] } {
  const { sn, kind, app, cohort, site, network, firmware } = line;
  const told = kind === "leash" ? { site, network, firmware } : { site: null, network: null, firmware: null };
  return { sn, kind, app, cohort, ...told, links: [] };
}

function note(links: DogLink[], line: DogLine): void {
  if (line.act === "dial") {
    const nothing = { loginSentAt: null, login: null, refusedAt: null, silence: null, left: null, ended: null };
    links.push({ line: line.line, dialedAt: line.at, ...nothing });
    return;
  }
  if (!("line" in line)) return;
  const link = links.findLast((one) => one.line === line.line);
  if (!link) throw new LogError(`${line.sn}: ${line.act} on line ${line.line}, which was never dialed`);
  const { at } = line;
  if (line.act === "login_sent") link.loginSentAt ??= at;
  else if (line.act === "login") link.login ??= { at, outage: line.outage };
  else if (line.act === "refused_login") link.refusedAt ??= at;
  else if (line.act === "silence") link.silence ??= { at, heard: line.heard };
  else if (line.act === "left") link.left ??= { at, heard: line.heard, how: line.how };
  else if (line.act === "ended") link.ended ??= { at, heard: line.heard, code: line.code };
}
