import type { DatabaseSync } from "node:sqlite";
import type { Derived } from "#lib/history/derived.ts";
import { decodeRollup, emptyRollup, encodeRollup, mergeRollup, type RollupDelta } from "#lib/history/rollup.ts";
import { touchedRollups } from "../database/derived-rows.ts";
import { RollupCache } from "../database/rollup-cache.ts";
import type { Commit } from "../journal-store.ts";

/**
 * Prepared statements only: this is the hot path. A commit may be repeated: rows have their keys, and what was derived
 * for a number that is stored was stored with it.
 */
export function createSqliteCommit(db: DatabaseSync): (commit: Commit) => void {
  const insert = db.prepare(
    "INSERT INTO events (epoch, seq, at, v, sn, type, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (epoch, seq) DO NOTHING",
  );
  const applied = db.prepare("SELECT commit_number FROM alive WHERE epoch = ?");
  const alive = db.prepare(
    `INSERT INTO alive (epoch, gateway, run, at, clean, commit_number, told_through, credited_through)
     VALUES (?, ?, (SELECT COALESCE(MAX(run), 0) + 1 FROM alive), ?, ?, ?, ?, ?)
     ON CONFLICT (epoch) DO UPDATE SET at = excluded.at, clean = excluded.clean, commit_number = excluded.commit_number,
       told_through = COALESCE(excluded.told_through, told_through),
       credited_through = COALESCE(excluded.credited_through, credited_through)
     WHERE excluded.commit_number >= commit_number`,
  );
  const derivation = createDerivedWrites(db);
  return ({ epoch, gateway, rows, aliveAt, clean, number, derived }) => {
    db.exec("BEGIN IMMEDIATE");
    try {
      for (const row of rows) insert.run(row.epoch, row.seq, row.at, row.v, row.sn, row.type, row.body);
      const isNew = number > Number(applied.get(epoch)?.commit_number ?? 0);
      const told = [derived?.toldThrough ?? null, derived?.creditedThrough ?? null] as const;
      alive.run(epoch, gateway, aliveAt, clean ? 1 : 0, number, ...told);
      if (isNew && derived) derivation.write(derived);
      db.exec("COMMIT");
    } catch (error) {
      derivation.forget();
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
}

function createDerivedWrites(db: DatabaseSync) {
  const outage = db.prepare(
    `INSERT INTO outages (sn, started_at, detected_at, reason, category, network, app, firmware, site, gateway, ended_at, outcome, dials, source)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sn, started_at) DO UPDATE SET detected_at = excluded.detected_at, reason = excluded.reason,
       category = excluded.category, network = excluded.network, app = excluded.app, firmware = excluded.firmware,
       site = excluded.site, gateway = excluded.gateway, ended_at = excluded.ended_at, outcome = excluded.outcome,
       dials = excluded.dials, source = excluded.source`,
  );
  const dogDay = db.prepare(
    `INSERT INTO dog_days (day, sn, outages, gave_up, recovered, recover_ms, flaps) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (day, sn) DO UPDATE SET outages = outages + excluded.outages, gave_up = gave_up + excluded.gave_up,
       recovered = recovered + excluded.recovered, recover_ms = recover_ms + excluded.recover_ms,
       flaps = flaps + excluded.flaps`,
  );
  const addRollups = createRollupWrites(db);
  return {
    write({ outages, rollups, dogDays }: Derived): void {
      for (const o of outages) {
        const { sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway } = o;
        const begun = [sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway] as const;
        outage.run(...begun, o.endedAt, o.outcome, o.dials, o.source);
      }
      for (const d of dogDays) dogDay.run(d.day, d.sn, d.outages, d.gaveUp, d.recovered, d.recoverMs, d.flaps);
      addRollups.write(rollups);
    },
    forget: addRollups.forget,
  };
}

function createRollupWrites(db: DatabaseSync) {
  const read = db.prepare(`SELECT body FROM rollups WHERE size = ? AND "by" = ? AND at = ? AND key = ?`);
  const write = db.prepare(
    `INSERT INTO rollups (size, "by", at, key, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (size, "by", at, key) DO UPDATE SET body = excluded.body`,
  );
  const cache = new RollupCache();
  return {
    write(deltas: readonly RollupDelta[]): void {
      for (const { id, size, by, at, key, delta } of touchedRollups(deltas)) {
        let rollup = cache.get(id);
        if (!rollup) {
          const stored = read.get(size, by, at, key)?.body;
          rollup = typeof stored === "string" ? decodeRollup(stored) : emptyRollup();
        }
        mergeRollup(rollup, delta);
        write.run(size, by, at, key, encodeRollup(rollup));
        cache.keep(id, rollup);
      }
      cache.trim();
    },
    forget: () => cache.forget(),
  };
}
