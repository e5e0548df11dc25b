import type { Clock } from "#lib/clock/clock.ts";
import { assertPlans, type NetworkPlan, type NetworkPlans, planFor } from "./network-policies.ts";
import { isSameNetwork, type NetworkType, type NetworkView, NO_NETWORK } from "./network-type.ts";

/** What a switch of network does to a dog's line; as a DogClient has it. */
export interface SwitchableLine {
  /** Dial now, on the new network; servers and schedule where its kind is another. */
  networkChanged(change: { readonly network: NetworkType } & Partial<NetworkPlan>): void;
  /** Logged in. Absent: not known. */
  readonly isUp?: boolean;
}

export interface NetworkSwitcherOptions {
  readonly plans: NetworkPlans;
  readonly line: SwitchableLine;
  readonly clock: Clock;
  /** The network the line starts on, with the plan of which it was made. */
  readonly now?: NetworkView;
  readonly onSwitch?: (view: NetworkView, before: NetworkView) => void;
}

/** An interface that comes and goes must not take the line with it each time. */
const HOLD_MS = 5_000;

/**
 * Takes a line to the servers and the schedule of the network the dog is on, and has it dial at once (seed 7.1). The first
 * change acts at once, then at most one in 5 s, towards the network there is by then. No network is nothing to switch to; when
 * the one before comes back, a session that survived is kept and a line that is down dials. Throws `ServerListError`.
 */
export class NetworkSwitcher {
  readonly #options: NetworkSwitcherOptions;
  #applied: NetworkView;
  #seen: NetworkView;
  /** There was no network since the last switch. */
  #wasLost = false;
  #cancelHold: (() => void) | null = null;
  #isStopped = false;

  constructor(options: NetworkSwitcherOptions) {
    assertPlans(options.plans);
    this.#options = options;
    this.#applied = options.now ?? NO_NETWORK;
    this.#seen = this.#applied;
  }

  changed(view: NetworkView): void {
    if (this.#isStopped) return;
    this.#seen = view;
    if (view.interface === null) this.#wasLost = true;
    if (this.#cancelHold === null) this.#consider();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelHold?.();
    this.#cancelHold = null;
  }

  #consider(): void {
    const { line, plans, clock, onSwitch } = this.#options;
    const view = this.#seen;
    if (view.interface === null) return;
    const isBack = isSameNetwork(view, this.#applied);
    const isNews = !isBack || (this.#wasLost && line.isUp !== true);
    this.#wasLost = false;
    if (!isNews) return;
    const before = this.#applied;
    this.#applied = view;
    this.#cancelHold = clock.schedule(HOLD_MS, () => {
      this.#cancelHold = null;
      this.#consider();
    });
    const network = view.type;
    line.networkChanged({ network, ...(network === before.type ? {} : planFor(plans, network)) });
    onSwitch?.(view, before);
  }
}
