import type { ClientEventName, ClientEvents } from "#dog/client/client-events.ts";
import { DogClient } from "#dog/client/dog-client.ts";
import type { DogClientOptions } from "#dog/client/dog-client-options.ts";

type Told = { [N in ClientEventName]: { readonly what: N; readonly at: number } & ClientEvents[N] }[ClientEventName];

const NAMES: readonly ClientEventName[] = [
  "connecting",
  "connected",
  "stable",
  "disconnected",
  "retrying",
  "probing",
  "refused",
  "push",
  "policy",
  "dropped",
  "error",
  "stopped",
];

/** A DogClient and everything it told, in order; `at` is real time, ms. */
export class WatchedDog {
  readonly client: DogClient;
  readonly told: Told[] = [];

  constructor(options: DogClientOptions) {
    this.client = new DogClient(options);
    for (const what of NAMES) {
      this.client.on(what, (event) => this.told.push({ what, at: performance.now(), ...event } as Told));
    }
  }

  /** Told under this name, in order. */
  all<N extends ClientEventName>(what: N): readonly (ClientEvents[N] & { readonly at: number })[] {
    return this.told.filter((told) => told.what === what) as unknown as readonly (ClientEvents[N] & { at: number })[];
  }

  get isUp(): boolean {
    return this.client.getStatus().connected;
  }
}
