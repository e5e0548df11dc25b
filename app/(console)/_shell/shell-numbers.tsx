"use client";

import { GatewayList } from "#app/_components/layout/gateway-list.tsx";
import { fleetSummaryWriter, useFleetSummary } from "#app/_dog-table/fleet-summary.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { LiveWriter } from "#app/_live/live-writers.ts";
import { useLiveWriter } from "#app/_live/use-live-writer.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";

const inAnOutage = (fleet: FleetSummary) =>
  fleet.settling + fleet.reconnecting + fleet.refused + fleet.probing + fleet.gave_up;
const known = (fleet: FleetSummary) => fleet.known;

/** A number beside a link of the sidebar; nothing until the first summary. */
function Count({ of }: { readonly of: (fleet: FleetSummary) => number }) {
  const f = useFormatters();
  const { data } = useFleetSummary();
  return data === undefined ? null : f.number(of(data));
}

export const ReconnectionsCount = () => <Count of={inAnOutage} />;
export const DogsCount = () => <Count of={known} />;

/** Its own object: a page that registers and drops the summary's writer must not drop the shell's. */
const shellWriter: LiveWriter = { summary: (data, client) => fleetSummaryWriter.summary?.(data, client) };

/** Keeps the summary live on every page, also while the sidebar is collapsed. Draws nothing. */
export function ShellFeed() {
  useLiveWriter(shellWriter);
  return null;
}

/** Gateways at the foot of the sidebar. */
export function SidebarGateways() {
  const { data } = useFleetSummary();
  return data === undefined ? <div className="h-[42px]" /> : <GatewayList gateways={data.gateways} />;
}
