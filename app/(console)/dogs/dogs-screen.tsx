"use client";

import { DogsTable } from "#app/_features/dogs/components/dogs-table.tsx";
import { useForcePort } from "../_tables/use-force-port.tsx";

/** The whole fleet and the hand that forces: two features that meet here. */
export function DogsScreen(props: { readonly guessCompact: boolean }) {
  const { port, dialog } = useForcePort();
  return (
    <>
      <DogsTable force={port} guessCompact={props.guessCompact} />
      {dialog}
    </>
  );
}
