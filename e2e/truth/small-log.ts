import type { DogLine, LogLine } from "#dog/fleet/fleet-log.ts";
import { DEMO_SETTINGS, type TruthSettings } from "./settings.ts";

/** A whole minute. */
export const T = 1_789_999_980_000;
export const EXACT: TruthSettings = {
  ...DEMO_SETTINGS,
  tolerance: { latencyMs: 10, stampMs: 0, wheelMs: 1_000, tellingMs: 0 },
};
export const RUN: LogLine = { at: T, act: "run", v: 1, dogs: 1, scenario: "s", seed: 1, url: "ws://g/ws" };

const WHO = { cohort: "c", app: "app", site: "yard", network: "4G", firmware: "1" };
export const started = (sn: string, kind: "seed" | "leash"): DogLine => ({ at: T, sn, act: "started", kind, ...WHO });
export const login = (sn: string, line: number, at: number): readonly DogLine[] => [
  { at: at - 20, sn, act: "dial", line, server: "ws://g/ws" },
  { at: at - 10, sn, act: "open", line },
  { at: at - 5, sn, act: "login_sent", line },
  { at, sn, act: "login", line, session: null, outage: null },
];
export const reset = (sn: string, line: number, at: number, heardAt = at - 1_000): DogLine => ({
  at,
  sn,
  act: "left",
  line,
  how: "reset",
  heard: [heardAt, heardAt - 30_000],
});
