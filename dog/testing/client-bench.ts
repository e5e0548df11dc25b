import type { ClientEventName, ClientEvents } from "#dog/client/client-events.ts";
import { DogClient } from "#dog/client/dog-client.ts";
import type { DogClientOptions } from "#dog/client/dog-client-options.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type Random, seededRandom } from "#lib/testing/random.ts";
import type { FakeGateway } from "./fake-gateway.ts";
import { FakeNetwork } from "./fake-network.ts";

export const GATEWAY = "ws://gateway.test/ws";
const IDENTITY = { appId: "app", token: "t-1", sn: "GB-1" };

type Told = { [N in ClientEventName]: readonly [N, ClientEvents[N]] }[ClientEventName];

/** Every event of DogClient, by name. */
export const EVENT_NAMES: Readonly<Record<ClientEventName, true>> = {
  connecting: true,
  connected: true,
  stable: true,
  disconnected: true,
  retrying: true,
  probing: true,
  refused: true,
  push: true,
  policy: true,
  dropped: true,
  error: true,
  stopped: true,
};

/** One client before a fake gateway, on a clock of its own, and all it told. */
export class ClientBench {
  readonly clock = new FakeClock();
  readonly random: Random;
  readonly network: FakeNetwork;
  readonly gateway: FakeGateway;
  readonly client: DogClient;
  readonly told: Told[] = [];

  constructor(options: Partial<DogClientOptions> = {}, seed = 1) {
    this.random = seededRandom(seed);
    this.network = new FakeNetwork({ clock: this.clock, random: this.random });
    this.gateway = this.network.gateway(GATEWAY);
    const { dial, pollHealth } = this.network;
    const ports = { clock: this.clock, random: this.random, dial, pollHealth };
    this.client = new DogClient({ ...IDENTITY, ...(options.servers ? {} : { url: GATEWAY }), ...ports, ...options });
    for (const name of Object.keys(EVENT_NAMES) as ClientEventName[]) {
      this.client.on(name, (event) => void this.told.push([name, event] as Told));
    }
  }

  /** What was told under this name. */
  all<N extends ClientEventName>(name: N): ClientEvents[N][] {
    return this.told.flatMap(([told, event]) => (told === name ? [event as ClientEvents[N]] : []));
  }

  /** Time goes by in steps, so that promises are kept on the way. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      await settled();
    }
  }

  async up(): Promise<this> {
    void this.client.start();
    await this.pass(1_000, 100);
    if (!this.client.getStatus().connected) throw new Error("not up within a second");
    return this;
  }
}

/** Promises kept by promises kept by this one's time. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}
