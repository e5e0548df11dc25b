import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { judge, keptBytes, type Sample, slope } from "./trend.ts";

const MB = 1_000_000;
/** As in the three-minute run: 4,000 drops and 2,000 forces a minute, some 300 events a second; its bound. */
const EVENTS_PER_S = 300;
const THREE_MINUTES_MB = 20;

interface Leak {
  readonly bytesPerEvent?: number;
  readonly filesPerS?: number;
  readonly timersPerS?: number;
  readonly mapPerS?: number;
}

/** A healthy gateway's samples, its kept outages and tickets growing, with the noise of a real heap; and a leak. */
function samplesOf(seconds: number, everyS: number, leak: Leak, noiseBytes: number): Sample[] {
  const random = seededRandom(3);
  return Array.from({ length: seconds / everyS }, (_, index) => {
    const atS = index * everyS;
    const outages = (atS * 4_000) / 60;
    const tickets = (atS * 2_000) / 60;
    // Code is still being compiled in the first minutes: 3 MB in all, as seen.
    const code = 3 * MB * (1 - Math.exp(-atS / 120));
    const kept = keptBytes({ atS, outages, tickets });
    const live = 40 * MB + kept + code + atS * EVENTS_PER_S * (leak.bytesPerEvent ?? 0) + (random() - 0.5) * noiseBytes;
    return {
      atS,
      rssBytes: live + 60 * MB + (random() - 0.5) * 4 * MB,
      liveBytes: live,
      openFiles: 1_030 + random() * 8 + atS * (leak.filesPerS ?? 0),
      timers: 200 + random() * 30 + atS * (leak.timersPerS ?? 0),
      events: atS * EVENTS_PER_S,
      outages,
      tickets,
      sizes: { dogs: 1_000, connections: 1_000, recent: 1_000 + atS * (leak.mapPerS ?? 0) },
    };
  });
}
const broken = (samples: readonly Sample[], hour = false) =>
  judge(samples, { fromS: hour ? 600 : 90, judgeRss: hour, mostMb: hour ? 1 : THREE_MINUTES_MB }).flatMap(
    ({ what, holds }) => (holds ? [] : [what.split(":")[0]]),
  );

describe("the soak's verdict", () => {
  it("G41: least squares finds the slope under noise", () => {
    const random = seededRandom(1);
    const points = Array.from({ length: 100 }, (_, i) => [i, 5 + 3 * i + random() - 0.5] as const);
    expect(slope(points)).toBeCloseTo(3, 1);
    expect(slope([[1, 1]])).toBeNaN();
  });

  it("G41: three minutes of a healthy gateway pass, with noise and a JIT that warms up", () => {
    expect(broken(samplesOf(180, 5, {}, 0.2 * MB))).toEqual([]);
  });

  it("G41: a leak of 100 bytes an event is found in three minutes", () => {
    expect(broken(samplesOf(180, 5, { bytesPerEvent: 100 }, 0.2 * MB))).toEqual(["live heap"]);
  });

  it("G41: over an hour 10 bytes an event are found, in the resident memory too", () => {
    expect(broken(samplesOf(3_600, 10, {}, 2 * MB), true)).toEqual([]);
    expect(broken(samplesOf(3_600, 10, { bytesPerEvent: 10 }, 2 * MB), true)).toEqual(["live heap", "resident memory"]);
  });

  it("G41: the growth as measured is told beside the judged one, excused or not", () => {
    const [heap] = judge(samplesOf(3_600, 10, {}, 0), { fromS: 600, judgeRss: true, mostMb: 1 });
    const { measured, judged } = heap?.growthMb ?? { measured: Number.NaN, judged: Number.NaN };
    // 2,000 bytes a second and 33 tickets of 400 bytes.
    expect(measured - judged).toBeCloseTo(600 * (0.002 + 0.013_333), 1);
    expect(judged).toBeLessThan(0.1);
    expect(heap?.seen).toContain(`measured +${measured.toFixed(2)} MB`);
  });

  it("G41: descriptors, timers and maps that grow are named", () => {
    expect(broken(samplesOf(180, 5, { filesPerS: 0.5 }, 0))).toEqual(["descriptors beside the dogs'"]);
    expect(broken(samplesOf(180, 5, { timersPerS: 5 }, 0))).toEqual(["timers"]);
    expect(broken(samplesOf(180, 5, { mapPerS: 10 }, 0))).toEqual(["map"]);
  });

  it("G41: too little to judge is no pass", () => {
    expect(broken(samplesOf(95, 5, {}, 0))).toContain("live heap");
  });
});
