import { DogClient } from "#dog/client/dog-client.ts";
import { clientOptions, listOf, ownSchedule, plansOf } from "#dog/config/client-plan.ts";
import type { LoadedConfig } from "#dog/config/load-config.ts";
import type { NetworkPlan } from "#dog/config/resolve-config.ts";
import type { Browse } from "#dog/discovery/browse.ts";
import { ServerFinder } from "#dog/discovery/server-finder.ts";
import { NetworkSwitcher, type SwitchableLine } from "#dog/network/network-switcher.ts";
import type { NetworkReader, NetworkView } from "#dog/network/network-type.ts";
import { type NetworkWatch, watchNetwork } from "#dog/network/watch-network.ts";
import { createNameResolver, type Lookup, type ResolveName } from "#dog/servers/resolve-name.ts";
import { isSecure, type ServerList } from "#dog/servers/server-list.ts";
import type { Dial, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";
import type { Log } from "./log.ts";
import { logClient, logStatus } from "./log-client.ts";

export interface DogPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly lookup: Lookup;
  readonly networks: NetworkReader;
  readonly browse: Browse;
  /** Told of each token before it is used, so that no line shows it. */
  readonly onToken: (token: string) => void;
  readonly random?: () => number;
  readonly dial?: Dial;
  readonly pollHealth?: PollHealth;
}

/** Looks for gateways in an outage, and at the start where none is known: after 5 s, then ever later. */
const LOOK_AGAIN_MS = [5_000, 10_000, 20_000, 40_000, 60_000] as const;

/** One dog run by its configuration: finds its servers, follows its network, and says what happens. */
export class DogRun {
  readonly #loaded: LoadedConfig;
  readonly #ports: DogPorts;
  readonly #finder: ServerFinder;
  readonly #watch: NetworkWatch | null;
  #client: DogClient | null = null;
  #switcher: NetworkSwitcher | null = null;
  #servers: readonly string[] = [];
  readonly #resolve: ResolveName;
  #isStopped = false;
  #looks = 0;
  #cancelLook = () => {};
  #cancelStatus = () => {};

  constructor(loaded: LoadedConfig, ports: DogPorts) {
    const { config } = loaded;
    const { clock, networks: reader, log, browse, lookup } = ports;
    this.#loaded = loaded;
    this.#ports = ports;
    const all = [config, ...Object.values(config.networks)].flatMap(({ servers }) => servers);
    this.#finder = new ServerFinder({
      ...(config.discovery.mdns ? { browse } : {}),
      durationMs: config.discovery.timeoutMs,
      allowInsecure: config.discovery.allowInsecure,
      configured: all,
      log,
    });
    const fallbacks = () => ({ ...this.#finder.announced, ...config.dns.fallback });
    this.#resolve = createNameResolver({ lookup, clock, timeoutMs: config.dns.timeoutMs, fallbacks });
    const onChange = (view: NetworkView) => this.#switcher?.changed(view);
    this.#watch = config.network === null ? watchNetwork({ clock, reader, onChange, known: config.interfaces }) : null;
  }

  /** Does not wait for the first login: that may take for ever. */
  start(): void {
    this.#ports.onToken(this.#loaded.token);
    void this.#look();
  }

  /** Says goodbye; resolves once no line and no timer is left, after 2 s at most. A search under way ends in its own time. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    this.#cancelStatus();
    this.#watch?.stop();
    this.#switcher?.stop();
    await this.#client?.stop();
  }

  get #network(): NetworkView {
    const configured = this.#loaded.config.network;
    return this.#watch?.current ?? { type: configured ?? "unknown", interface: null, address: null };
  }

  /** What the configuration has for the network the dog is on. */
  get #plan(): NetworkPlan {
    const { config } = this.#loaded;
    const { type } = this.#network;
    return (type === "unknown" ? undefined : config.networks[type]) ?? config;
  }

  async #look(): Promise<void> {
    const { log } = this.#ports;
    this.#cancelLook();
    const plan = this.#plan;
    const found = await this.#finder.find(plan.servers).catch((error: unknown) => {
      log.error("discovery", { why: error instanceof Error ? error.message : String(error) });
      return plan.servers;
    });
    if (this.#isStopped) return;
    if (plan !== this.#plan) {
      // Another network meanwhile, with servers of its own.
      void this.#look();
      return;
    }
    const servers = listOf(found);
    if (servers === null) log.warn("no gateway found", { next: `${this.#nextLookMs() / 1_000}s` });
    else if (this.#client === null) this.#begin(servers);
    else this.#use(servers);
    if (this.#loaded.config.discovery.mdns) this.#lookLater();
  }

  #nextLookMs(): number {
    return LOOK_AGAIN_MS[Math.min(this.#looks, LOOK_AGAIN_MS.length - 1)] ?? 60_000;
  }

  /** A dog that is in has no need of other gateways. */
  #lookLater(): void {
    this.#cancelLook();
    this.#cancelLook = this.#ports.clock.schedule(this.#nextLookMs(), () => {
      const isUp = this.#client?.getStatus().connected === true;
      this.#looks = isUp ? 0 : this.#looks + 1;
      if (isUp) this.#lookLater();
      else void this.#look();
    });
  }

  #use(found: ServerList): void {
    const isKnown = found.length === this.#servers.length && found.every((url, i) => url === this.#servers[i]);
    if (isKnown || this.#client?.getStatus().connected !== false) return;
    this.#ports.log.info("servers", { found: found.join(" ") });
    if (isSecure(found[0]) !== this.#servers.some(isSecure)) {
      this.#beginAnew(found);
      return;
    }
    this.#servers = found;
    this.#client.networkChanged({ servers: found });
  }

  /**
   * A client keeps to ws or to wss. The finder brings the other kind only to a dog that has no server configured and may use
   * whatever it hears: it must not be left without one when its gateways change over.
   */
  #beginAnew(servers: ServerList): void {
    this.#cancelStatus();
    this.#switcher?.stop();
    void this.#client?.stop();
    this.#begin(servers);
  }

  #begin(servers: ServerList): void {
    const { config } = this.#loaded;
    const { clock, log } = this.#ports;
    this.#servers = servers;
    const client = this.#createClient(servers);
    this.#client = client;
    logClient(client, log);
    this.#switcher = new NetworkSwitcher({
      plans: plansOf(config, servers),
      line: this.#switchable(client),
      clock,
      now: this.#network,
      onSwitch: (view, before) => this.#switched(view, before),
    });
    log.info("starting", {
      sn: config.sn,
      app_id: config.appId,
      servers: servers.join(" "),
      network: this.#network.type,
      retries: config.followPolicy ? "as the operator sets them" : "as configured",
    });
    client.start().catch((error: unknown) => {
      if (!this.#isStopped) log.error("not started", { why: error instanceof Error ? error.message : String(error) });
    });
    this.#sayStatus(client);
  }

  #createClient(servers: ServerList): DogClient {
    const { config, token, tls, rereadToken } = this.#loaded;
    const { clock, random, dial, pollHealth, onToken, log } = this.#ports;
    let last = token;
    const refreshToken = () => {
      const again = rereadToken?.() ?? token;
      onToken(again);
      log.info(again === last ? "token read, the same still" : "new token read");
      last = again;
      return again;
    };
    return new DogClient({
      ...clientOptions(config, this.#plan, this.#network.type),
      servers,
      token,
      tls,
      clock,
      resolve: this.#resolve,
      ...(random ? { random } : {}),
      ...(dial ? { dial } : {}),
      ...(pollHealth ? { pollHealth } : {}),
      ...(rereadToken ? { refreshToken } : {}),
    });
  }

  /** A dog without a schedule of its own keeps the operator's on every network. */
  #switchable(client: DogClient): SwitchableLine {
    const { isOwnSchedule } = this.#loaded.config;
    return {
      networkChanged: ({ schedule, ...change }) => {
        this.#servers = change.servers ?? this.#servers;
        client.networkChanged({ ...change, ...(schedule && isOwnSchedule ? { schedule: ownSchedule(schedule) } : {}) });
      },
      get isUp() {
        return client.getStatus().connected;
      },
    };
  }

  #switched(view: NetworkView, before: NetworkView): void {
    this.#ports.log.info("network", { now: view.type, over: view.interface, before: before.type });
    this.#looks = 0;
    if (this.#loaded.config.discovery.mdns) this.#lookLater();
  }

  #sayStatus(client: DogClient): void {
    this.#cancelStatus = this.#ports.clock.schedule(this.#loaded.config.statusEveryMs, () => {
      logStatus(client, this.#ports.log);
      this.#sayStatus(client);
    });
  }
}
