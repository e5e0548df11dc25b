import "server-only";
import type { Clock } from "#lib/clock/clock.ts";

/** `full` speaks all of DESIGN section 7; `basic` has the seed's four endpoints and no `Leash-Version`. */
export type UpstreamMode = "full" | "basic";

export interface CapabilityOptions {
  readonly clock: Clock;
  readonly redecideMs: number;
  /** One harmless call; its answer is reported through `answered`. Throws when there is none. */
  readonly probe: () => Promise<void>;
}

export type Capability = ReturnType<typeof createCapability>;

/** Knows what the upstream can do. A decision holds for `redecideMs`; an unreachable upstream keeps the last one. */
export function createCapability({ clock, redecideMs, probe }: CapabilityOptions) {
  let known: { readonly mode: UpstreamMode; readonly decidedAt: number } | undefined;
  let isReachable = false;
  let probing: Promise<void> | undefined;

  function answered(hasVersion: boolean): void {
    isReachable = true;
    known = { mode: hasVersion ? "full" : "basic", decidedAt: clock.monotonic() };
  }

  const isDue = () => known === undefined || clock.monotonic() - known.decidedAt >= redecideMs;

  /** The mode, asking the upstream when the decision is due. Throws what the probe throws. */
  async function decide(): Promise<UpstreamMode> {
    if (known !== undefined && !isDue()) return known.mode;
    probing ??= probe().finally(() => {
      probing = undefined;
    });
    await probing;
    if (known === undefined) throw new Error("the probe ended without an answer");
    return known.mode;
  }

  return {
    answered,
    decide,
    unreachable(): void {
      isReachable = false;
    },
    /** For the `Leash-Upstream` header. */
    current: (): UpstreamMode | "down" => (isReachable && known !== undefined ? known.mode : "down"),
    /** The last mode seen, also while the upstream is down. */
    lastKnown: (): UpstreamMode | undefined => known?.mode,
  };
}
