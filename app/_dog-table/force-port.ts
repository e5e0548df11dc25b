import type { ReactNode } from "react";
import type { DogFilter, DogPage, DogRow } from "#lib/contracts/reconnection.ts";

/** What the operator asks to force. */
export type ForceTarget =
  | { readonly type: "one"; readonly row: DogRow }
  | { readonly type: "some"; readonly rows: readonly DogRow[] }
  | {
      readonly type: "matching";
      readonly filter: DogFilter;
      readonly total: number;
      readonly byState: DogPage["by_state"];
    };

/** What a table needs of forcing; the page hands it in, so that a table knows no other feature. */
export interface ForcePort {
  /** Button, or the ticket under way in its place. */
  renderAction(row: DogRow): ReactNode;
  /** One dog acts at once; several ask first. `done` runs when the request was taken. */
  force(target: ForceTarget, done: () => void): void;
}
