"use client";

import type { ReactNode } from "react";
import { DogCell, FlapsCell, LastSeenCell, NameCell, SinceCell, StateCell } from "#app/_dog-table/cells.tsx";
import { type DogColumns, dogColumns } from "#app/_dog-table/dog-columns.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** Columns of the whole fleet. `renderAction` is the force cell, `renderMenu` what else may be done. */
export function fleetColumns(
  renderAction: (row: DogRow) => ReactNode,
  renderMenu: (row: DogRow) => ReactNode,
): DogColumns {
  return dogColumns.columns([
    dogColumns.display({
      id: "state",
      meta: { label: "state", width: 123, sort: "state" },
      cell: ({ row }) => <StateCell row={row.original} />,
    }),
    dogColumns.display({
      id: "dog",
      meta: { label: "dog", width: 118, sort: "sn" },
      cell: ({ row }) => <DogCell row={row.original} />,
    }),
    dogColumns.display({
      id: "since",
      meta: { label: "for", width: 104, align: "end", sort: "since", inverse: true },
      cell: ({ row }) => <SinceCell row={row.original} />,
    }),
    dogColumns.display({
      id: "site",
      meta: { label: "site" },
      cell: ({ row }) => <NameCell value={row.original.site} />,
    }),
    dogColumns.display({
      id: "network",
      meta: { label: "network", width: 76, sort: "network", from: 1000 },
      cell: ({ row }) => <NameCell value={row.original.network} />,
    }),
    dogColumns.display({
      id: "gateway",
      meta: { label: "gateway", width: 92, sort: "gateway", from: 1160 },
      cell: ({ row }) => <NameCell value={row.original.gateway} mono />,
    }),
    dogColumns.display({
      id: "firmware",
      meta: { label: "firmware", width: 92, from: 1090 },
      cell: ({ row }) => <NameCell value={row.original.firmware} mono />,
    }),
    dogColumns.display({
      id: "flaps",
      meta: { label: "flaps", width: 68, align: "end", sort: "flaps" },
      cell: ({ row }) => <FlapsCell row={row.original} />,
    }),
    dogColumns.display({
      id: "last_seen",
      meta: { label: "last_seen", width: 132, align: "end", sort: "last_seen", inverse: true },
      cell: ({ row }) => <LastSeenCell row={row.original} />,
    }),
    dogColumns.display({
      id: "force",
      meta: { label: "force", width: 172 },
      cell: ({ row }) => (
        <span className="flex items-center justify-between gap-2">
          {renderAction(row.original)}
          {renderMenu(row.original)}
        </span>
      ),
    }),
  ]);
}
