"use client";

import type { ReactNode } from "react";
import {
  AgoCell,
  AttemptCell,
  DogCell,
  GivesUpCell,
  NameCell,
  NextDialCell,
  ReasonCell,
  SinceCell,
  StateCell,
  StrategyCell,
} from "#app/_dog-table/cells.tsx";
import { type DogColumns, dogColumns } from "#app/_dog-table/dog-columns.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** Columns of the table of outages; widths add up to 1232 px, what a 1440 px window leaves. `renderAction` is the force cell. */
export function reconnectionColumns(renderAction: (row: DogRow) => ReactNode): DogColumns {
  return dogColumns.columns([
    dogColumns.display({
      id: "state",
      meta: { label: "state", width: 122, sort: "state" },
      cell: ({ row }) => <StateCell row={row.original} />,
    }),
    dogColumns.display({
      id: "dog",
      meta: { label: "dog", width: 95, sort: "sn" },
      cell: ({ row }) => <DogCell row={row.original} />,
    }),
    dogColumns.display({
      id: "reason",
      meta: { label: "reason", sort: "reason" },
      cell: ({ row }) => <ReasonCell row={row.original} />,
    }),
    dogColumns.display({
      id: "attempts",
      meta: { label: "attempts", width: 140, sort: "attempts" },
      cell: ({ row }) => <AttemptCell row={row.original} />,
    }),
    dogColumns.display({
      id: "next_retry",
      meta: { label: "next_retry", width: 68, align: "end", sort: "next_retry" },
      cell: ({ row }) => <NextDialCell row={row.original} />,
    }),
    dogColumns.display({
      id: "since",
      meta: { label: "since", width: 90, align: "end", sort: "since", inverse: true },
      cell: ({ row }) => <SinceCell row={row.original} />,
    }),
    dogColumns.display({
      id: "gives_up_at",
      meta: { label: "gives_up_at", width: 108, align: "end", sort: "gives_up_at" },
      cell: ({ row }) => <GivesUpCell row={row.original} />,
    }),
    dogColumns.display({
      id: "strategy",
      meta: { label: "strategy", width: 112, from: 1090 },
      cell: ({ row }) => <StrategyCell row={row.original} />,
    }),
    dogColumns.display({
      id: "network",
      meta: { label: "network", width: 64, sort: "network", from: 1160 },
      cell: ({ row }) => <NameCell value={row.original.network} />,
    }),
    dogColumns.display({
      id: "gateway",
      meta: { label: "gateway", width: 82, sort: "gateway", from: 1228 },
      cell: ({ row }) => <NameCell value={row.original.gateway} mono />,
    }),
    dogColumns.display({
      id: "last_event",
      meta: { label: "last_event", width: 124, sort: "last_event", inverse: true, from: 1388 },
      cell: ({ row }) => <AgoCell at={row.original.last_event_at} />,
    }),
    dogColumns.display({
      id: "force",
      meta: { label: "force", width: 138 },
      cell: ({ row }) => renderAction(row.original),
    }),
  ]);
}
