import type { Archive, JournalLocation } from "../archive.ts";
import { createDrops } from "./archive-drops.ts";
import { createHorizon } from "./archive-horizon.ts";
import { createReads } from "./archive-reads.ts";
import { createSnapshots } from "./archive-snapshots.ts";
import { derivedBytes } from "./derived-bytes.ts";
import type { TableAccess } from "./hot-database.ts";
import { openTables } from "./open-database.ts";

/** A journal's archive; its writer has to have opened the database before. */
export async function openArchive(location: JournalLocation): Promise<Archive> {
  return archiveOver(await openTables(location));
}

/** One implementation for both databases; whoever closes it closes `access`. */
export function archiveOver(access: TableAccess): Archive {
  return {
    ...createReads(access.tables),
    ...createSnapshots(access.tables),
    ...createDrops(access.tables),
    ...createHorizon(access.tables),
    derivedBytes: () => derivedBytes(access.tables),
    bytes: () => access.bytes(),
    close: () => access.close(),
  };
}
