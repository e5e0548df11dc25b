import type { ReasonPoint } from "#app/_components/charts/reasons-over-time.tsx";
import type { StatePoint } from "#app/_components/charts/state-series.ts";

/** 03:12:26 on the pictures' clock. */
export const NOW = Date.UTC(2026, 10, 22, 19, 12, 26);
export const HOUR_AGO = NOW - 3_600_000;

/** A number in 0..1 that looks random and is always the same. */
const noise = (index: number, salt: number) => Math.abs(Math.sin(index * 12.9898 + salt * 78.233) * 43_758.5453) % 1;

export const statePoints = (isStorm: boolean): StatePoint[] =>
  Array.from({ length: 120 }, (_, index) => {
    const at = HOUR_AGO + (index + 1) * 30_000;
    const isDown = index >= 38 && index <= 42;
    const lost = isStorm && index >= 117 ? (index - 116) * 34 : 0;
    const gaveUp = Math.round(2 + 4 * noise(Math.floor(index / 8), 3));
    const reconnecting = Math.round(9 + 9 * noise(index, 1)) + lost;
    const silent = Math.round(4 + 5 * noise(index, 2));
    const unknown = isDown ? 36 : 0;
    return {
      at,
      connected: 400 - gaveUp - reconnecting - silent - unknown,
      silent,
      reconnecting,
      gave_up: gaveUp,
      unknown,
    };
  });

export const reasonPoints: ReasonPoint[] = Array.from({ length: 30 }, (_, index) => ({
  at: HOUR_AGO + index * 120_000,
  counts: {
    network_timeout: Math.round(5 + 9 * noise(index, 5)),
    peer_reset: Math.round(4 + 5 * noise(index, 6)),
    abnormal_closure: Math.round(2 + 6 * noise(index, 7)),
    server_error: index === 10 ? 36 : Math.round(2 * noise(index, 8)),
    auth_failed: Math.round(3 * noise(index, 9)),
    other: Math.round(9 * noise(index, 10)),
  },
}));

export const spark = (salt: number, level: number, swing: number): number[] =>
  Array.from({ length: 40 }, (_, index) => level + swing * noise(index, salt) + (index === 12 ? swing : 0));
