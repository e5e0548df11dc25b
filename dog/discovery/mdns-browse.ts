import type { Service } from "bonjour-service";
import type { Clock } from "#lib/clock/clock.ts";
import { onMdnsFault } from "#lib/discovery/mdns-fault.ts";
import { SERVICE_TYPE } from "#lib/discovery/service-record.ts";
import type { Browse, DiscoveredService } from "./browse.ts";

export interface MdnsBrowseOptions {
  readonly clock: Clock;
  /** Where multicast is spoken; absent: port 5353 on every interface. */
  readonly multicast?: { readonly port: number; readonly interface: string; readonly bind: string };
}

/** More gateways than any site has; whoever announces more is flooding. */
const MOST_SERVICES = 32;
const MOST_ADDRESSES = 8;
const MOST_TEXTS = 16;
/** Multicast is lossy, on Wi-Fi above all: the question is asked again. */
const ASK_AGAIN_MS = [250, 1_000] as const;

/** Browses by mDNS. The library is loaded at the first call: a dog that does not discover never pays for it. IPv4 multicast only. */
export function createMdnsBrowse({ clock, multicast }: MdnsBrowseOptions): Browse {
  return async (durationMs) => {
    const { default: Bonjour } = await import("bonjour-service");
    const { promise: over, resolve, reject } = Promise.withResolvers<void>();
    const heard = new Map<string, DiscoveredService>();
    const bonjour = new Bonjour(multicast ?? {}, reject);
    onMdnsFault(bonjour, reject);
    const browser = bonjour.find({ type: SERVICE_TYPE });
    const note = (service: Service) => {
      heard.set(service.fqdn.toLowerCase(), toDiscovered(service));
      if (heard.size >= MOST_SERVICES) resolve();
    };
    browser.on("up", note).on("srv-update", note).on("txt-update", note);
    browser.on("down", ({ fqdn }) => heard.delete(fqdn.toLowerCase()));
    const cancels = ASK_AGAIN_MS.map((ms) => clock.schedule(ms, () => browser.update()));
    cancels.push(clock.schedule(durationMs, resolve));
    try {
      await over;
      return [...heard.values()];
    } finally {
      for (const cancel of cancels) cancel();
      browser.stop();
      bonjour.destroy();
    }
  };
}

function toDiscovered({ name, host, port, addresses, referer, txt }: Service): DiscoveredService {
  const texts = Object.entries(txt instanceof Object ? txt : {}).slice(0, MOST_TEXTS);
  return {
    name,
    host,
    port,
    addresses: (addresses ?? []).slice(0, MOST_ADDRESSES),
    from: referer?.address ?? null,
    text: Object.fromEntries(texts.map(([key, value]) => [key.toLowerCase(), String(value ?? "")])),
  };
}
