"use client";

import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { ConsoleShell } from "#app/_components/layout/console-shell.tsx";
import { PastGate } from "#app/_features/time-travel/components/past-gate.tsx";
import { TravelBar } from "#app/_features/time-travel/components/travel-bar.tsx";
import { TravelButton } from "#app/_features/time-travel/components/travel-button.tsx";
import { LiveClock, LiveStatus } from "#app/_live/live-status.tsx";
import { isTravelled } from "#app/_live/moment.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { ConsolePalette } from "../_palette/console-palette.tsx";
import { DogsCount, ReconnectionsCount, SidebarGateways } from "./shell-numbers.tsx";

/** The shell around every page, and time travel, which belongs to all of them. */
export function ConsoleFrame(props: {
  readonly userName: string;
  readonly initiallyCollapsed: boolean;
  readonly children: ReactNode;
}) {
  const { asked, linkTo } = useMoment();
  const path = usePathname();
  const isBasic = useLiveValue((live) => live.isBasic);
  const [isOpen, setOpen] = useState(asked !== null);
  const toggle = () => setOpen(!isOpen);
  const isScrubbing = isOpen && !isBasic && isTravelled(path);
  return (
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
      bar={<TravelBar open={isScrubbing} onToggle={toggle} />}
      linkTo={linkTo}
    >
      <PastGate>{props.children}</PastGate>
    </ConsoleShell>
  );
}
