"use client";

import { useForceButton, useForceLabel } from "#app/_features/force/hooks/use-force-button.ts";
import { PaletteButton } from "#app/_features/palette/components/palette-button.tsx";
import type { PaletteForceProvider } from "#app/_features/palette/model/palette-force.ts";
import { useToldForce } from "../_tables/use-told-force.ts";

/** Forcing for the palette: the words of the force feature's own button, a hand that outlives the palette. */
const PaletteForce: PaletteForceProvider = ({ row, children }) => {
  const button = useForceButton(row);
  const label = useForceLabel(button, row.estimated);
  const force = useToldForce();
  return children({ label, locked: button.locked, press: () => force(row) });
};

/** The console's search button and palette: two features that meet here. */
export function ConsolePalette() {
  return <PaletteButton Force={PaletteForce} />;
}
