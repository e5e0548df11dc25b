"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { ConsoleShell } from "#app/_components/layout/console-shell.tsx";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { PastGate } from "#app/_features/time-travel/components/past-gate.tsx";
import { TravelBar } from "#app/_features/time-travel/components/travel-bar.tsx";
import { TravelButton } from "#app/_features/time-travel/components/travel-button.tsx";
import { JournalContext } from "#app/_live/journal-context.ts";
import { LiveClock, LiveStatus } from "#app/_live/live-status.tsx";
import { isTravelled } from "#app/_live/moment.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { ConsolePalette } from "../_palette/console-palette.tsx";
import { JournalStrip } from "./journal-strip.tsx";
import { DogsCount, ReconnectionsCount, SidebarGateways } from "./shell-numbers.tsx";

/** The shell around every page, and time travel, which belongs to all of them. */
export function ConsoleFrame(props: {
  readonly userName: string;
  readonly initiallyCollapsed: boolean;
  /** The screen is probably small: the scrubber waits until it is asked for. */
  readonly guessCompact: boolean;
  readonly children: ReactNode;
}) {
  const { asked, linkTo } = useMoment();
  const path = usePathname();
  const isBasic = useLiveValue((live) => live.isBasic);
  const [isOpen, setOpen] = useState(asked !== null && !props.guessCompact);
  const toggle = () => setOpen(!isOpen);
  const isScrubbing = isOpen && !isBasic && isTravelled(path);
  const { data: summary } = useQuery({ ...fleetSummaryQuery, enabled: asked === null });
  return (
    <JournalContext value={summary?.journal?.status ?? "ok"}>
      <ConsoleShell
        userName={props.userName}
        initiallyCollapsed={props.initiallyCollapsed}
        counts={{ reconnections: <ReconnectionsCount />, dogs: <DogsCount /> }}
        gateways={<SidebarGateways />}
        search={<ConsolePalette />}
        live={
          <>
            <LiveStatus />
            <TravelButton open={isScrubbing} onToggle={toggle} />
          </>
        }
        clock={<LiveClock />}
        bar={
          <TravelBar open={isScrubbing} onToggle={toggle}>
            <JournalStrip summary={summary} />
          </TravelBar>
        }
        linkTo={linkTo}
      >
        <PastGate>{props.children}</PastGate>
      </ConsoleShell>
    </JournalContext>
  );
}
