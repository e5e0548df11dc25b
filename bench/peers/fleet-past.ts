import type { FleetEventBody } from "#lib/fleet/event.ts";
import { leashSchedule, PUSHED_POLICY } from "#lib/reconnection/schedule.ts";

const SITES = 20;
const NETWORKS = ["5g", "wifi", "ethernet"] as const;
const SCHEDULE = leashSchedule(PUSHED_POLICY, "reported");
const REASONS = [
  { reason: "peer_reset", raw: "ECONNRESET", closeCode: null, initiator: "network" },
  { reason: "network_timeout", raw: "heartbeat_timeout", closeCode: 4100, initiator: "gateway" },
  { reason: "abnormal_closure", raw: null, closeCode: 1006, initiator: "network" },
] as const;

export const snOf = (index: number) => `DOG-${String(index).padStart(6, "0")}`;

/** A dog that logged in, as the gateway journals it. */
export function connectedBody(index: number, session: string): FleetEventBody {
  return {
    type: "dog.connected",
    sn: snOf(index),
    session,
    appId: "dog_app_001",
    remoteAddress: "127.0.0.1",
    network: NETWORKS[index % NETWORKS.length] ?? null,
    firmware: "1.4.2",
    client: "leash/0.1.0",
    labels: { site: `plant-${index % SITES}` },
    schedule: SCHEDULE,
    outage: null,
  };
}

/** The end of that session by the network. */
export function disconnectedBody(index: number, session: string, at: number): FleetEventBody {
  return {
    type: "dog.disconnected",
    sn: snOf(index),
    session,
    ...(REASONS[index % REASONS.length] ?? REASONS[0]),
    lastHeardAt: at,
    rttMs: 12,
    sessionMs: 60_000,
  };
}
