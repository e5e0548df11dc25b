import { hostname, networkInterfaces } from "node:os";
import type { Bonjour, Service } from "bonjour-service";
import type { Clock } from "#lib/clock/clock.ts";
import { onMdnsFault } from "#lib/discovery/mdns-fault.ts";
import { SERVICE_TYPE } from "#lib/discovery/service-record.ts";
import { type AnnouncedService, type GatewayPlace, serviceOf } from "./announced-service.ts";

export interface AnnounceLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface AnnounceOptions {
  readonly place: GatewayPlace;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly log: AnnounceLog;
  /** Where multicast is spoken; absent: port 5353 on every interface. */
  readonly multicast?: { readonly port: number; readonly interface: string; readonly bind: string };
  /** Addresses of this machine that others can reach. */
  readonly addresses?: () => string;
}

export interface Announcement {
  /** Says goodbye, so that nobody finds a gateway that leaves. Never rejects, takes at most a second. Idempotent. */
  withdraw(): Promise<void>;
}

/** An address that came or went is announced within this time, ms. */
const REFRESH_MS = 30_000;
const GOODBYE_MS = 1_000;

/**
 * Announces the gateway by mDNS until it is withdrawn (DNS-SD `_leash._tcp`). Bound to loopback it warns once and announces
 * nothing: nobody could reach it. What goes wrong is one warning, never the gateway's end. IPv4 multicast only.
 */
export async function announceGateway(options: AnnounceOptions): Promise<Announcement> {
  const { place, clock, random, log, multicast = {}, addresses = ownAddresses } = options;
  const service = serviceOf(place, hostname(), random);
  if (service === null) {
    log.warn({ host: place.host }, "MDNS=1 announces nothing: bound to loopback, no dog could reach this gateway");
    return { withdraw: () => Promise.resolve() };
  }
  const { default: Library } = await import("bonjour-service");
  let faults = 0;
  const fault = (error: Error) => {
    if (faults++ > 0) return;
    log.warn({ err: error }, "the announcement by mDNS fails: dogs must be told where this gateway is");
  };
  const bonjour = new Library(multicast, fault);
  onMdnsFault(bonjour, fault);
  const stopPublishing = publishAnew(bonjour, service, clock, addresses);
  const { name, host, port, text } = service;
  log.info({ name, host, port, ...text }, "announced by mDNS");

  let withdrawn: Promise<void> | undefined;
  return {
    withdraw() {
      stopPublishing();
      withdrawn ??= goodbye(bonjour, clock);
      return withdrawn;
    },
  };
}

/** The library reads the addresses once; a machine gets a new one from DHCP, or its first after the gateway's start. */
function publishAnew(bonjour: Bonjour, service: AnnouncedService, clock: Clock, addresses: () => string): () => void {
  let isOver = false;
  let announced = addresses();
  let published = publish(bonjour, service);
  let cancel = clock.schedule(REFRESH_MS, refresh);
  function refresh(): void {
    cancel = clock.schedule(REFRESH_MS, refresh);
    const now = addresses();
    if (now === announced) return;
    announced = now;
    published.stop(() => {
      if (!isOver) published = publish(bonjour, service);
    });
  }
  return () => {
    isOver = true;
    cancel();
  };
}

/** Without asking whether the name is taken: any stranger could say yes, and the library would only print that. */
function publish(bonjour: Bonjour, { name, host, port, text }: AnnouncedService): Service {
  return bonjour.publish({ name, type: SERVICE_TYPE, port, host, txt: { ...text }, probe: false });
}

async function goodbye(bonjour: Bonjour, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.schedule(GOODBYE_MS, resolve);
  bonjour.unpublishAll(() => resolve());
  await promise;
  cancel();
  bonjour.destroy();
}

function ownAddresses(): string {
  const reachable = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter((one) => !one.internal));
  return reachable
    .map(({ address }) => address)
    .sort()
    .join();
}
