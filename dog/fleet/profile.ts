/** How a simulated fleet misbehaves. Rates are mean events per dog and hour. */
export interface Profile {
  readonly name: string;
  /** Share of dogs that behave like the seed's Go client; the rest speak the Leash wire in full. */
  readonly seedShare: number;
  /** Share of the others that go on with a slow probe after their last dial, the rest give up; all of them unless said. */
  readonly probeShare?: number;
  readonly networks: readonly string[];
  readonly perDogHour: {
    readonly reset: number;
    readonly fin: number;
    readonly silence: number;
    readonly goodbye: number;
    readonly flapping: number;
    readonly wrongToken: number;
    readonly dead: number;
  };
  /** How long a dog's own network stays away after a reset or FIN, ms, [least, most]; drawn with a long tail. */
  readonly awayMs: readonly [number, number];
  /** A site drops as one every so many ms, and comes back after so long; null for never. */
  readonly site: { readonly everyMs: readonly [number, number]; readonly awayMs: readonly [number, number] } | null;
}

const HOUR_MS = 3_600_000;

export const PROFILES = {
  stable: {
    name: "stable",
    seedShare: 0.3,
    networks: ["ethernet", "Wi-Fi"],
    perDogHour: { reset: 0.2, fin: 0.2, silence: 0.1, goodbye: 0.1, flapping: 0.02, wrongToken: 0.02, dead: 0.005 },
    awayMs: [500, 20_000],
    site: null,
  },
  unstable: {
    name: "unstable",
    seedShare: 0.4,
    networks: ["4G", "5G", "Wi-Fi"],
    perDogHour: { reset: 2, fin: 1.6, silence: 0.7, goodbye: 0.3, flapping: 0.12, wrongToken: 0.25, dead: 0.15 },
    awayMs: [500, 240_000],
    site: { everyMs: [6 * 60_000, 12 * 60_000], awayMs: [40_000, 150_000] },
  },
  mobile: {
    name: "mobile",
    seedShare: 0.4,
    networks: ["4G", "5G"],
    perDogHour: { reset: 4, fin: 3, silence: 3, goodbye: 0.2, flapping: 0.4, wrongToken: 0.1, dead: 0.1 },
    awayMs: [300, 90_000],
    site: null,
  },
  storm: {
    name: "storm",
    seedShare: 0.4,
    networks: ["4G", "5G", "Wi-Fi"],
    perDogHour: { reset: 2, fin: 2, silence: 1, goodbye: 0.2, flapping: 0.2, wrongToken: 0.2, dead: 0.2 },
    awayMs: [500, 180_000],
    site: { everyMs: [45_000, 90_000], awayMs: [60_000, 240_000] },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
export type FaultKind = keyof Profile["perDogHour"];

/** Mean time to the next fault of `rate` per hour, ms; exponential, from a uniform `u` in [0, 1). */
export function nextFaultMs(rate: number, u: number): number {
  return rate <= 0 ? Number.POSITIVE_INFINITY : (-Math.log(1 - u) * HOUR_MS) / rate;
}

/** A duration in [least, most] with a long tail: most are short, some take all of it. */
export function longTail([least, most]: readonly [number, number], u: number): number {
  return least + (most - least) * u ** 3;
}
