import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { createDogCredentials } from "#server/auth/create-dog-credentials.ts";
import { createGateway, type Gateway } from "#server/gateway/gateway.ts";
import type { GatewayConfig, KnownDogs } from "#server/gateway/gateway-options.ts";
import { createMemoryJournal } from "#server/journal/memory-journal.ts";
import { createWsTransport, type WsLimits } from "#server/transport/ws-transport.ts";

export const TOKEN = "shared_token_of_the_tests_0123456789";
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

export interface GatewayBench {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  readonly gateway: Gateway;
  readonly events: FleetEvent[];
  /** Counters by name, or `name:label`. */
  readonly counts: Map<string, number>;
  /** What threw while a dog was served. */
  readonly faults: unknown[];
  upgrades(): number;
  /** Resolves with the first event that fits, past or to come. */
  event<T extends FleetEvent["type"]>(type: T, sn?: string): Promise<Extract<FleetEvent, { type: T }>>;
  until(check: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly config?: Partial<GatewayConfig>;
  readonly limits?: Partial<WsLimits>;
  readonly dogs?: KnownDogs;
  readonly token?: string;
  readonly allowedOrigins?: readonly string[];
}

/** A gateway on a free loopback port with a journal in memory: the whole line from a socket to an event. */
export async function startGateway(options: BenchOptions = {}): Promise<GatewayBench> {
  const journal = createMemoryJournal({ clock: systemClock, gateway: "bench" });
  const counts = new Map<string, number>();
  const events: FleetEvent[] = [];
  const faults: unknown[] = [];
  const waiters = new Set<() => void>();
  const tell = () => {
    for (const look of [...waiters]) look();
  };
  journal.subscribe((event) => {
    events.push(event);
    tell();
  });
  const gateway = createGateway({
    clock: systemClock,
    random: Math.random,
    journal,
    credentials: createDogCredentials({
      clock: systemClock,
      log: SILENT,
      pepper: "p",
      sharedToken: options.token ?? TOKEN,
    }),
    dogs: options.dogs ?? { hasReported: () => false, isKnown: () => true, endsOutage: () => false },
    policies: () => ({ pushed: PUSHED_POLICY, assumed: SEED_POLICY }),
    log: SILENT,
    metrics: {
      count(name, label) {
        const key = label === undefined ? name : `${name}:${label}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        tell();
      },
    },
    ...(options.config ? { config: options.config } : {}),
  });
  const server = createServer((_request, response) => response.writeHead(404).end());
  let upgrades = 0;
  const transport = createWsTransport({
    server,
    acceptor: {
      admit(handshake) {
        upgrades++;
        return gateway.admit(handshake);
      },
      attach: (socket, handshake) => gateway.attach(socket, handshake),
    },
    onFault: (error) => faults.push(error),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.allowedOrigins ? { allowedOrigins: options.allowedOrigins } : {}),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const until = (check: () => boolean) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const poll = setInterval(() => look(), 20);
    const look = () => {
      if (!check()) return;
      clearInterval(poll);
      waiters.delete(look);
      resolve();
    };
    waiters.add(look);
    look();
    return promise;
  };
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    port,
    server,
    gateway,
    events,
    counts,
    faults,
    upgrades: () => upgrades,
    until,
    async event<T extends FleetEvent["type"]>(type: T, sn?: string) {
      const find = () =>
        events.find((one) => one.type === type && (sn === undefined || ("sn" in one && one.sn === sn)));
      await until(() => find() !== undefined);
      return find() as Extract<FleetEvent, { type: T }>;
    },
    async close() {
      transport.close();
      gateway.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await journal.close();
    },
  };
}
