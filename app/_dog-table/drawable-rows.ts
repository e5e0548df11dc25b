import type { DogRow } from "#lib/contracts/reconnection.ts";

/** Rows a frame may draw anew: some ten milliseconds of it. */
export const NEW_ROWS_A_FRAME = 6;

/** Of the rows in the window those drawn before, and as many new ones from the top as one frame takes. */
export function drawable(rows: readonly Pick<DogRow, "client_id">[], known: ReadonlySet<string> | null): Set<string> {
  const drawn = new Set<string>();
  let room = NEW_ROWS_A_FRAME;
  for (const { client_id } of rows) {
    if (known?.has(client_id) !== true && room-- <= 0) continue;
    drawn.add(client_id);
  }
  return drawn;
}
