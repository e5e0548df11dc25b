import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import type { JournalLocation } from "#server/journal/archive.ts";
import { archiveOver } from "#server/journal/database/archive.ts";
import { openHot, openTables } from "#server/journal/database/open-database.ts";
import type { JournalTables } from "#server/journal/database/schema.ts";
import { lockDataFolder } from "#server/journal/sqlite/owner-lock.ts";
import { BackupError } from "./backup-lines.ts";
import { deriveAgain } from "./derive-again.ts";
import { type Part, type Replaced, replaceRows } from "./replace-rows.ts";

export interface RebuildOptions {
  readonly location: JournalLocation;
  readonly dataDir: string;
  readonly pid: number;
  /** As the gateway's own configuration has them. */
  readonly options: FleetOptions;
  /** Goes on where the events leave much of what is stored unexplained. */
  readonly force?: boolean;
}

export interface Rebuilt {
  /** Nothing before this instant was touched (epoch ms): the events of it are gone. 0 is the journal's begin. */
  readonly from: number;
  readonly events: number;
  readonly tables: Readonly<Record<"outages" | "rollups" | "dog_days", Replaced>>;
}

/**
 * Derives outages, rollups and dog days again from the journal's events and corrects what is stored otherwise, in one
 * transaction. Throws where a gateway owns the data, and, unless forced, where more would go than a gap explains. Needs room for what it derives in the system's folder for such files.
 */
export async function rebuildRollups({
  location,
  dataDir,
  pid,
  options,
  force = false,
}: RebuildOptions): Promise<Rebuilt> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = lockDataFolder(dataDir, pid);
  const dir = mkdtempSync(join(tmpdir(), "leash-rebuild-"));
  try {
    const owned = await openHot(location);
    try {
      return await rebuildIn(location, join(dir, "derived.db"), options, force);
    } finally {
      await owned.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
    release();
  }
}

async function rebuildIn(
  location: JournalLocation,
  file: string,
  options: FleetOptions,
  force: boolean,
): Promise<Rebuilt> {
  const fresh = { kind: "sqlite", file } as const;
  await using opened = new AsyncDisposableStack();
  const scratch = await openHot(fresh);
  opened.defer(async () => scratch.close());
  const access = await openTables(location);
  opened.defer(() => access.close());
  const { tables } = access;
  const through = await toldThrough(tables);
  const credited = await creditedThrough(tables, through);
  const { from, events } = await deriveAgain(archiveOver(access), scratch, options, through, credited);
  const made = await openTables(fresh);
  opened.defer(() => made.close());
  // Awaited here: what is opened above is closed when this returns.
  return await tables.transaction().execute(async (db) => {
    const oldestMinute = await oldestMinuteOf(db);
    const replace = (part: Part) => replaceRows(made.tables, db, part);
    const first = ceil(from, HOUR_MS);
    // What begins before `first` stays as it is, and is all there is where nothing was credited after it.
    const isReached = first <= credited;
    const rollups = isReached ? await replace(rollupsFrom(first, oldestMinute)) : NOTHING;
    const outages = await replace({ table: "outages", key: ["sn", "started_at"], where: sql`started_at >= ${from}` });
    const days = sql`day >= ${ceil(from, DAY_MS)}`;
    const dogDays = await replace({ table: "dog_days", key: ["day", "sn"], where: days });
    if (!force) for (const [name, rows] of Object.entries({ outages, rollups })) refuseLoss(name, rows);
    await sql`UPDATE alive SET told_through = ${through} WHERE told_through IS NULL
      AND run = (SELECT max(run) FROM alive) AND NOT EXISTS (SELECT 1 FROM alive WHERE told_through IS NOT NULL)`.execute(
      db,
    );
    await sql`UPDATE alive SET credited_through = ${credited} WHERE told_through = ${through} AND credited_through IS NULL`.execute(
      db,
    );
    return { from, events, tables: { outages, rollups, dog_days: dogDays } };
  });
}

/** Events lost in a gap explain some: so many, or this share. */
const UNEXPLAINED = 10;
const UNEXPLAINED_SHARE = 0.01;

/** What the journal cannot give any more is not to be lost over a correction. */
function refuseLoss(name: string, { same, changed, removed }: Replaced): void {
  const stored = same + changed + removed;
  if (removed <= Math.max(UNEXPLAINED, UNEXPLAINED_SHARE * stored)) return;
  throw new BackupError(
    `the journal's events do not give ${removed} of ${stored} stored ${name}: nothing was changed; with --force they are removed`,
  );
}

const NOTHING: Replaced = { same: 0, changed: 0, added: 0, removed: 0 };

/** Buckets that begin in what was folded; no minutes where retention has taken them. */
function rollupsFrom(first: number, oldestMinute: number): Part {
  return {
    table: "rollups",
    key: ["size", "by", "at", "key"],
    where: sql`at >= ${first} AND (size = ${HOUR_MS} OR at >= ${oldestMinute})`,
    json: ["body"],
  };
}

/** Through which instant the gateway told what it derived: what came later it tells at its next start. */
async function toldThrough(db: Kysely<JournalTables>): Promise<number> {
  const told = sql<{ told: number | null }>`SELECT max(told_through) AS told FROM alive`;
  const last = sql<{ told: number | null }>`SELECT max(at) AS told FROM alive`;
  return (await told.execute(db)).rows[0]?.told ?? (await last.execute(db)).rows[0]?.told ?? 0;
}

/** Through which instant it credited dog-time: a little less, and the same where that was never told apart. */
async function creditedThrough(db: Kysely<JournalTables>, through: number): Promise<number> {
  const query = sql<{ credited: number | null }>`SELECT max(credited_through) AS credited FROM alive`;
  return (await query.execute(db)).rows[0]?.credited ?? through;
}

async function oldestMinuteOf(db: Kysely<JournalTables>): Promise<number> {
  const query = sql<{ at: number | null }>`SELECT min(at) AS at FROM rollups WHERE size = ${MINUTE_MS}`;
  return (await query.execute(db)).rows[0]?.at ?? 0;
}

const ceil = (at: number, size: number): number => Math.ceil(at / size) * size;
