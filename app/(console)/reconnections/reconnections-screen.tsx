"use client";

import { ReconnectionsTable } from "#app/_features/reconnections/components/reconnections-table.tsx";
import { useForcePort } from "../_tables/use-force-port.tsx";

/** The table of outages and the hand that forces: two features that meet here. */
export function ReconnectionsScreen(props: { readonly guessCompact: boolean }) {
  const { port, dialog } = useForcePort();
  return (
    <>
      <ReconnectionsTable force={port} guessCompact={props.guessCompact} />
      {dialog}
    </>
  );
}
