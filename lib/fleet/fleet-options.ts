/** What the fold and its views are measured by. Milliseconds. */
export interface FleetOptions {
  /** Logged in this long after an outage, a dog is stable; a shorter session is a flap. */
  readonly stableAfterMs: number;
  readonly silentAfterMs: number;
  /** A forced close counts as an outage only when the dog is not back within this. */
  readonly forcedGraceMs: number;
  readonly recordTtlMs: number;
  readonly flapWindowMs: number;
  /** Flaps within the window that make a dog flapping. */
  readonly flappingFrom: number;
  /** How long an ended ticket stays on its dog's row. */
  readonly ticketShownMs: number;
}

/** DESIGN sections 3, 4 and 9. */
export const FLEET_OPTIONS: FleetOptions = {
  stableAfterMs: 60_000,
  silentAfterMs: 45_000,
  forcedGraceMs: 60_000,
  recordTtlMs: 86_400_000,
  flapWindowMs: 600_000,
  flappingFrom: 3,
  ticketShownMs: 300_000,
};

export function fleetOptions(options: Partial<FleetOptions> = {}): FleetOptions {
  return { ...FLEET_OPTIONS, ...options };
}
