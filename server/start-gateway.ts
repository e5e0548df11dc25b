import type { Server } from "node:net";
import type { Logger } from "pino";
import type { Clock } from "#lib/clock/clock.ts";
import { createForwardClock, type ForwardClock } from "#lib/clock/forward-clock.ts";
import { createApi } from "./api/create-api.ts";
import { createDogCredentials } from "./auth/create-dog-credentials.ts";
import { loadSecret } from "./auth/secrets.ts";
import type { Config } from "./config.ts";
import { type DescriptorRoom, descriptorWarning } from "./descriptor-limit.ts";
import { type AnnounceOptions, announceGateway } from "./discovery/announce.ts";
import { createCleanup } from "./fleet/cleanup.ts";
import { createReadModel } from "./fleet/read-model.ts";
import { createForce } from "./force/create-force.ts";
import { createGateway, type Gateway } from "./gateway/gateway.ts";
import type { GatewayConfig } from "./gateway/gateway-options.ts";
import { OccasionalLog } from "./gateway/occasional-log.ts";
import { createHistory } from "./history/create-history.ts";
import { createJournalAt, journalLocation } from "./journal/create-journal-at.ts";
import type { Journal } from "./journal/journal.ts";
import { createMetrics } from "./observability/metrics.ts";
import type { Redactor } from "./observability/redactor.ts";
import { createWsTransport } from "./transport/ws-transport.ts";

/**
 * Connections the kernel holds until they are accepted (it caps this at net.core.somaxconn, 4,096 by default). With Node's 511 a
 * fleet that dials at once overflows it: SYNs are dropped, and dogs run into their dial timeout.
 */
const ACCEPT_BACKLOG = 4_096;

export interface StartOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly pid: number;
  /** Value of `Leash-Version`. */
  readonly version: string;
  /** Undefined where the limit of open files is unknown. */
  readonly descriptors?: DescriptorRoom | undefined;
}

export interface RunningGateway {
  /** Base URL of the API, with the port really bound. */
  readonly url: string;
  /** Reads the dogs' token file again. */
  reload(): void;
  /** Drains the dogs, commits, closes everything; rejects where the last events could not be stored. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Wires one gateway and listens: secrets -> journal -> replay -> gateway -> API -> transport. Rejects with what stood in
 * the way (data folder in use, damaged journal, port in use), everything opened so far closed again.
 */
export async function startGateway(options: StartOptions): Promise<RunningGateway> {
  const { config, random, log, descriptors } = options;
  const clock = forwardClock(options);
  const { gatewayName, stableAfterMs } = config;
  await using opened = new AsyncDisposableStack();
  const { apiToken, pepper } = loadSecrets(options);
  const credentials = createDogCredentials({
    clock,
    log,
    pepper,
    sharedToken: config.dogSharedToken,
    tokensFile: config.dogTokensFile,
  });
  opened.defer(() => credentials.close());

  const metrics = createMetrics();
  const location = journalLocation(config);
  const journal = await createJournalAt(location, {
    pid: options.pid,
    clock,
    gateway: gatewayName,
    log,
    observe: () => gateway.observe(),
    derive: () => fleet.derive(),
    onCommit: metrics.commit,
  });
  opened.defer(() => journal.close());
  clock.notBefore(journal.floorAt);
  opened.defer(metrics.watch(journal));

  const foldOptions = { stableAfterMs, silentAfterMs: config.silentAfterMs, recordTtlMs: config.recordTtlMs };
  const summary = { forceDeadlineMs: config.forceDeadlineMs, forceRate: config.forceRate };
  const { retention } = config;
  const history = createHistory({ location, clock, log, settings: { options: foldOptions, summary, retention } });
  opened.defer(() => history.close());

  const fleet = createReadModel({
    journal,
    clock,
    options: foldOptions,
    settings: summary,
    snapshots: history.snapshots(journal.toldThrough),
    toldThrough: journal.toldThrough,
    creditedThrough: journal.creditedThrough,
    policies: { pushed: config.pushedPolicy, assumed: config.assumedPolicy },
  });
  opened.defer(() => fleet.close());
  await fleet.start();
  history.booted();
  metrics.sizes(() => fleet.sizes());
  opened.defer(metrics.watchFleet(fleet));
  metrics.watchHistory(history, clock);

  const gateway = createGateway({
    clock,
    random,
    journal,
    credentials,
    dogs: fleet,
    policies: () => fleet.policies(),
    log,
    metrics,
    config: gatewayConfig(options),
    onDialed: (sn) => force.dialed(sn),
  });
  opened.defer(() => gateway.close());
  // Before the first dial: a revocation is this process's alone, the fold remembers who was retired.
  for (const sn of fleet.retired()) gateway.revoke(sn);
  fleet.attachLive(gateway);
  metrics.sizes(() => ({ ...gateway.sizes(), ...(descriptors && { socket_limit: descriptors.dogSockets }) }));

  const force = createForce({
    journal,
    fleet,
    dogLine: gateway,
    clock,
    stableAfterMs,
    deadlineMs: config.forceDeadlineMs,
    ratePerSecond: config.forceRate,
  });
  opened.defer(() => force.close());
  const cleanup = createCleanup({ fleet, journal, clock, recordTtlMs: config.recordTtlMs });
  opened.defer(() => cleanup.close());

  const api = await createApi({
    fleet,
    history,
    force,
    cleanup,
    journal,
    dogLine: gateway,
    clock,
    access: { token: apiToken, tokenRequired: config.wide },
    trustedProxies: config.trustedProxies,
    version: options.version,
    readiness: () => readiness(gateway, journal),
    metrics: metrics.render,
    sizes: metrics.sizes,
    log,
  });
  opened.defer(() => api.close());
  boundConnections(api.server, options);
  const faults = new OccasionalLog(clock, log);
  const transport = createWsTransport({
    server: api.server,
    acceptor: gateway,
    trustedProxies: config.trustedProxies,
    onFault: (error) => faults.error("transport", { err: error }, "a dog's socket was closed: serving it failed"),
  });
  opened.defer(() => transport.close());

  const { previous, epoch } = journal;
  journal.append({ type: "gateway.started", gateway: gatewayName, previous });
  opened.defer(() => void journal.append({ type: "gateway.stopped", gateway: gatewayName }));
  force.resume();
  const url = await api.listen({ host: config.host, port: config.gatewayPort, backlog: ACCEPT_BACKLOG });
  log.info({ url, epoch, previous }, "the gateway listens");
  const announcement = config.mdns ? await announceGateway(announcementOf(options, clock, url)) : undefined;
  opened.defer(() => announcement?.withdraw());

  const owned = opened.move();
  let stopped: Promise<void> | undefined;
  return {
    url,
    reload: () => credentials.reload(),
    stop() {
      stopped ??= Promise.all([gateway.drain(), announcement?.withdraw()])
        .finally(() => owned.disposeAsync())
        .then(() => assertStored(journal));
      return stopped;
    },
  };
}

/** Countdowns, orders and windows are kept in time that is never set back; steps of the wall clock are told. */
function forwardClock({ clock, log }: StartOptions): ForwardClock {
  return createForwardClock(clock, (stepMs) => {
    if (stepMs > 0) log.warn({ stepMs }, "the wall clock leapt ahead: this time counts as passed");
    else
      log.warn(
        { stepMs },
        "the wall clock was set back: time goes on, half a percent slower until it is caught up with",
      );
  });
}

/** What the process must never say: hidden by value from here on. */
function loadSecrets({ config, redactor }: StartOptions): { apiToken: string; pepper: string } {
  const apiToken = config.apiToken ?? loadSecret(config.dataDir, "api-token");
  const pepper = loadSecret(config.dataDir, "dog-token-pepper");
  const { dogSharedToken, databaseUrl } = config;
  for (const secret of [apiToken, pepper, dogSharedToken, ...passwordsOf(databaseUrl)]) redactor.hide(secret);
  return { apiToken, pepper };
}

/** As it stands in the URL, and as it is meant. */
function passwordsOf(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { password, searchParams } = new URL(url);
  return [password, decodeURIComponent(password), searchParams.get("password") ?? ""];
}

function announcementOf({ config, random, log, version }: StartOptions, clock: Clock, url: string): AnnounceOptions {
  const { host, gatewayName, mdnsUrl: publicUrl } = config;
  const port = Number(new URL(url).port || 80);
  return { place: { host, port, publicUrl, gatewayName, version }, clock, random, log };
}

function gatewayConfig({ config, descriptors }: StartOptions): Partial<GatewayConfig> {
  return {
    ...(descriptors ? { maxSockets: descriptors.dogSockets } : {}),
    pingEveryMs: config.pingIntervalMs,
    silentAfterMs: config.silentAfterMs,
    readTimeoutMs: config.readTimeoutMs,
    loginTimeoutMs: config.loginTimeoutMs,
    stableAfterMs: config.stableAfterMs,
    drainWindowMs: config.drainWindowMs,
    maxDogs: config.maxDogs,
  };
}

/** A connection beyond the room for them is closed as soon as it is accepted: an accept that fails would be tried without end. */
function boundConnections(server: Server, { config, descriptors, log }: StartOptions): void {
  if (!descriptors) return;
  server.maxConnections = descriptors.connections;
  const warning = descriptorWarning(descriptors, config.maxDogs);
  if (warning !== undefined) log.warn({ limit: descriptors.limit }, warning);
}

function readiness(gateway: Gateway, journal: Journal): { ready: boolean; reason: string } {
  if (!gateway.isReady()) return { ready: false, reason: "draining" };
  if (journal.health().status !== "ok") return { ready: false, reason: "journal" };
  return { ready: true, reason: "ok" };
}

function assertStored(journal: Journal): void {
  const { queued } = journal.health();
  if (queued > 0) throw new Error(`${queued} events could not be stored before the end`);
}
