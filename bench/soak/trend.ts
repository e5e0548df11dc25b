/** One reading of the gateway. */
export interface Sample {
  /** Seconds since the start. */
  readonly atS: number;
  readonly rssBytes: number;
  /** After a collection; null where none was made for this sample. */
  readonly liveBytes: number | null;
  readonly openFiles: number;
  readonly timers: number;
  /** Journal events so far. */
  readonly events: number;
  /** Sessions that ended in one. */
  readonly outages: number;
  readonly tickets: number;
  /** `leash_size` by what it is of. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface Finding {
  readonly what: string;
  readonly seen: string;
  readonly holds: boolean;
  /** Of memory, MB in 10 minutes: as measured, and without what is kept on purpose, which is what is judged. */
  readonly growthMb?: { readonly measured: number; readonly judged: number };
}

export interface JudgeOptions {
  /** What came before is warming up. */
  readonly fromS: number;
  /** What may be gained in 10 minutes beyond what is kept on purpose: 1 over an hour, more where the JIT still warms up. */
  readonly mostMb: number;
  /** RSS moves by the allocator's whims: judged where the run is long enough for a slope to mean something. */
  readonly judgeRss: boolean;
}

/**
 * What the read model keeps on purpose, so that a run of an hour sees it grow: a ticket (364 bytes, up to 200,000 of them), and
 * the hour's history, which counts by second and by 10 s. An outage alone in its second costs 450 bytes; among many it is a number
 * in what the second costs anyway. Measured: 450 an outage at 4 a second, 1,240 bytes a second at 67.
 */
export const KEPT_BYTES = { outage: 430, second: 2_000, ticket: 400 } as const;

const AIR_PER_DOG = 0.2;
const MB = 1_000_000;
const TEN_MINUTES_S = 600;

/** Least squares: y per second. NaN below two points. */
export function slope(points: readonly (readonly [atS: number, y: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return above / below;
}

/** What the read model is meant to hold by now. */
export function keptBytes({ atS, outages, tickets }: Pick<Sample, "atS" | "outages" | "tickets">): number {
  return Math.min(outages * KEPT_BYTES.outage, atS * KEPT_BYTES.second) + tickets * KEPT_BYTES.ticket;
}

/** G41: after warming up, memory beyond what is kept on purpose hardly grows; all else is flat. */
export function judge(samples: readonly Sample[], { fromS, mostMb, judgeRss }: JudgeOptions): Finding[] {
  const judged = samples.filter(({ atS }) => atS >= fromS);
  // Drops, forces and a machine that is busy with other things move them; what leaks once an event adds this in a second or two.
  const air = Math.max(50, (judged[0]?.sizes.dogs ?? 0) * AIR_PER_DOG);
  const names = [...new Set(judged.flatMap(({ sizes }) => Object.keys(sizes)))].sort();
  return [
    memory(
      "live heap",
      mostMb,
      judged.flatMap((sample) => (sample.liveBytes === null ? [] : [[sample, sample.liveBytes] as const])),
    ),
    ...(judgeRss
      ? [
          memory(
            "resident memory",
            mostMb,
            judged.map((sample) => [sample, sample.rssBytes] as const),
          ),
        ]
      : []),
    flat("descriptors beside the dogs'", judged, ({ openFiles, sizes }) => openFiles - (sizes.connections ?? 0), 20),
    flat("timers", judged, ({ timers }) => timers, air),
    ...names.map((of) => flat(`map: ${of}`, judged, ({ sizes }) => sizes[of] ?? 0, air)),
  ];
}

function memory(what: string, mostMb: number, readings: readonly (readonly [Sample, number])[]): Finding {
  const perTenMinutes = (of: (sample: Sample, bytes: number) => number) =>
    (TEN_MINUTES_S / MB) * slope(readings.map(([sample, bytes]) => [sample.atS, of(sample, bytes)] as const));
  const measured = perTenMinutes((_, bytes) => bytes);
  const judged = perTenMinutes((sample, bytes) => bytes - keptBytes(sample));
  return {
    what: `${what}: less than ${mostMb} MB in 10 minutes beyond the outages and tickets it keeps`,
    seen: `measured ${signed(measured)} MB, kept on purpose ${signed(measured - judged)}, judged ${signed(judged)}; ${readings.length} readings`,
    holds: judged < mostMb,
    growthMb: { measured, judged },
  };
}

const signed = (mb: number) => `${mb < 0 ? "" : "+"}${mb.toFixed(2)}`;

/** The last third is no higher than the first by more than a tenth and `air`. */
function flat(what: string, samples: readonly Sample[], of: (sample: Sample) => number, air: number): Finding {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const mean = (part: readonly Sample[]) => part.reduce((sum, sample) => sum + of(sample), 0) / part.length;
  const first = mean(samples.slice(0, third));
  const last = mean(samples.slice(-third));
  return {
    what: `${what}: flat`,
    seen: `${first.toFixed(0)}, then ${last.toFixed(0)}`,
    holds: last <= first * 1.1 + air,
  };
}
