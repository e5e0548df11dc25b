import type { ComponentType, ReactNode } from "react";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** What forcing one dog would do, in words, and the hand that does it. */
export interface PaletteForce {
  readonly label: string;
  /** Why it cannot be done now. */
  readonly locked: string | undefined;
  readonly press: () => void;
}

/** Handed in by the page: knows how to force `row` and draws what the palette makes of it. */
export type PaletteForceProvider = ComponentType<{
  readonly row: DogRow;
  readonly children: (force: PaletteForce) => ReactNode;
}>;
