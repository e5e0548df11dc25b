import { decodeRollup } from "#lib/history/rollup.ts";
import type { JournalLocation } from "#server/journal/archive.ts";
import { outageRow } from "#server/journal/database/derived-rows.ts";
import { openTables } from "#server/journal/database/open-database.ts";
import type { StoredDerived } from "#server/journal/memory-store.ts";

/** Everything derived that is stored at `location`, in the order of its keys. */
export async function readStoredDerived(location: JournalLocation): Promise<StoredDerived> {
  const { tables, close } = await openTables(location);
  try {
    const outages = await tables.selectFrom("outages").selectAll().orderBy("started_at").orderBy("sn").execute();
    const rollups = await tables.selectFrom("rollups").selectAll().execute();
    const days = await tables.selectFrom("dog_days").selectAll().orderBy("day").orderBy("sn").execute();
    return {
      outages: outages.map(outageRow),
      rollups: inOrder(rollups.map(({ body, ...of }) => ({ ...of, rollup: decodeRollup(body) }))),
      dogDays: days.map(({ gave_up: gaveUp, recover_ms: recoverMs, ...day }) => ({ ...day, gaveUp, recoverMs })),
    };
  } finally {
    await close();
  }
}

export function inOrder(rollups: StoredDerived["rollups"]): StoredDerived["rollups"] {
  const id = ({ size, by, at, key }: StoredDerived["rollups"][number]) => `${size} ${by} ${at} ${key}`;
  return rollups.toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
}
