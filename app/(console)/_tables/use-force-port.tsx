"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import type { ForcePort, ForceTarget } from "#app/_dog-table/force-port.ts";
import { ForceButton } from "#app/_features/force/components/force-button.tsx";
import type { ForceTarget as Target } from "#app/_features/force/model/force-plan.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { useToldForce } from "./use-told-force.ts";

const ForceConfirm = dynamic(
  () => import("#app/_features/force/components/force-confirm.tsx").then((module) => module.ForceConfirm),
  { ssr: false },
);

interface Asked {
  readonly target: Target;
  readonly done: () => void;
}

/** Forcing as a table wants it, made of the force feature: the row's button, one dog at once, several after a counted confirm. */
export function useForcePort(): { readonly port: ForcePort; readonly dialog: ReactNode } {
  const { data: summary } = useQuery(fleetSummaryQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [open, setOpen] = useState(false);
  const forceOne = useToldForce();
  const force = useCallback(
    (target: ForceTarget, done: () => void) => {
      if (target.type === "one") return forceOne(target.row, done);
      setAsked({ target: toTarget(target), done });
      setOpen(true);
    },
    [forceOne],
  );
  const port = useMemo<ForcePort>(() => ({ renderAction, force }), [force]);
  const dialog = asked !== null && (
    <ForceConfirm
      open={open}
      onOpenChange={setOpen}
      target={asked.target}
      settings={summary?.settings}
      onForced={asked.done}
    />
  );
  return { port, dialog };
}

/** A row's button: its words to the left, its countdown to the right, so that neither moves while the other changes. */
const IN_ROW =
  "w-[110px] justify-start! gap-1! px-2! text-12! max-md:w-full max-md:justify-center! max-md:gap-2! max-md:text-13! [&>span:not(.sr-only)]:ml-auto [&>span:not(.sr-only)]:font-mono [&>span:not(.sr-only)]:font-normal [&>span:not(.sr-only)]:text-fg-2 max-md:[&>span:not(.sr-only)]:ml-0";

/** One constant for every row: its identity keeps rows from being drawn again. */
const renderAction = (row: DogRow): ReactNode => <ForceButton row={row} size="row" className={IN_ROW} />;

function toTarget(target: Exclude<ForceTarget, { type: "one" }>): Target {
  return target.type === "some"
    ? { type: "rows", rows: target.rows }
    : { type: "matching", filter: target.filter, byState: target.byState };
}
