"use client";

import { DogPage } from "#app/_features/dog/components/dog-page.tsx";
import { ForceButton } from "#app/_features/force/components/force-button.tsx";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** One dog and the hand that forces it: two features that meet here. */
export function DogScreen({ sn }: { readonly sn: string }) {
  return <DogPage key={sn} sn={sn} renderAction={forceAction} />;
}

/** Bringing a dog back is the page's one primary act; closing a healthy session is not. */
const forceAction = (row: DogRow) => (
  <ForceButton row={row} size="page" primary={!row.is_connected} className="max-md:w-full" />
);
