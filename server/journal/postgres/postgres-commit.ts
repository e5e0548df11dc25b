import type { Derived, DogDay, OutageRow } from "#lib/history/derived.ts";
import { decodeRollup, emptyRollup, encodeRollup, mergeRollup } from "#lib/history/rollup.ts";
import { dogDayRecord, outageRecord, type RollupTouch, touchedRollups } from "../database/derived-rows.ts";
import { RollupCache } from "../database/rollup-cache.ts";
import type { JournalTables } from "../database/schema.ts";
import type { Commit } from "../journal-store.ts";
import type { Connection } from "./postgres-client.ts";

/** A commit's statement that has no answer by then is one whose connection is given up. */
const ANSWERS_WITHIN_MS = 10_000;

const EVENTS = `INSERT INTO events (epoch, seq, at, v, sn, type, body)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::text[])
  ON CONFLICT (epoch, seq) DO NOTHING`;
const ALIVE = `INSERT INTO alive (epoch, gateway, run, at, clean, commit_number, told_through, credited_through)
  VALUES ($8, $9, (SELECT COALESCE(MAX(run), 0) + 1 FROM alive), $10::bigint, $11::int, $12::bigint, $13::bigint, $14::bigint)
  ON CONFLICT (epoch) DO UPDATE SET at = excluded.at, clean = excluded.clean, commit_number = excluded.commit_number,
    told_through = COALESCE(excluded.told_through, alive.told_through),
    credited_through = COALESCE(excluded.credited_through, alive.credited_through)
  WHERE excluded.commit_number >= alive.commit_number`;
const ROLLUPS = `INSERT INTO rollups (size, "by", at, key, body)
  SELECT * FROM unnest($15::int[], $16::text[], $17::bigint[], $18::text[], $19::text[])
  ON CONFLICT (size, "by", at, key) DO UPDATE SET body = excluded.body`;
const OUTAGE_COLUMNS = {
  sn: "text",
  started_at: "bigint",
  detected_at: "bigint",
  reason: "text",
  category: "text",
  network: "text",
  app: "text",
  firmware: "text",
  site: "text",
  gateway: "text",
  ended_at: "bigint",
  outcome: "text",
  dials: "bigint",
  source: "text",
} as const satisfies Record<keyof JournalTables["outages"], string>;
const OUTAGES = `INSERT INTO outages (${Object.keys(OUTAGE_COLUMNS).join(", ")})
  SELECT * FROM unnest(${arrays(20, OUTAGE_COLUMNS)})
  ON CONFLICT (sn, started_at) DO UPDATE SET ${Object.keys(OUTAGE_COLUMNS)
    .slice(2)
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")}`;
const DAY_COLUMNS = {
  day: "bigint",
  sn: "text",
  outages: "bigint",
  gave_up: "bigint",
  recovered: "bigint",
  recover_ms: "bigint",
  flaps: "bigint",
} as const satisfies Record<keyof JournalTables["dog_days"], string>;
const DOG_DAYS = `INSERT INTO dog_days (${Object.keys(DAY_COLUMNS).join(", ")})
  SELECT * FROM unnest(${arrays(34, DAY_COLUMNS)})
  ON CONFLICT (day, sn) DO UPDATE SET ${Object.keys(DAY_COLUMNS)
    .slice(2)
    .map((name) => `${name} = dog_days.${name} + excluded.${name}`)
    .join(", ")}`;

/** One statement is one transaction: there is no moment in which half a commit waits for its other half. */
const PLAIN = { name: "leash-commit", text: `WITH e AS (${EVENTS}) ${ALIVE}` };
const DERIVED = {
  name: "leash-commit-derived",
  text: `WITH e AS (${EVENTS}), r AS (${ROLLUPS}), o AS (${OUTAGES}), d AS (${DOG_DAYS}) ${ALIVE}`,
};
const NUMBER = { name: "leash-number", text: "SELECT commit_number FROM alive WHERE epoch = $1" };
const STORED = {
  name: "leash-rollups",
  text: `SELECT r.size, r."by", r.at, r.key, r.body
    FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) AS k (size, "by", at, key)
    JOIN rollups r ON r.size = k.size AND r."by" = k."by" AND r.at = k.at AND r.key = k.key`,
};

/**
 * Commits over one connection that holds the database's lock: one round trip each, a second where a minute is new. Whatever
 * fails, nobody knows the fate of what was sent: the connection and this are thrown away together.
 */
export function createPostgresCommit(connection: Connection): (commit: Commit) => Promise<void> {
  const cache = new RollupCache();
  let stored: { readonly epoch: string; readonly number: number } | undefined;

  async function storedNumber(epoch: string): Promise<number> {
    if (stored?.epoch === epoch) return stored.number;
    const { rows } = await connection.query<{ commit_number: number }>(
      { ...NUMBER, values: [epoch] },
      ANSWERS_WITHIN_MS,
    );
    return rows[0]?.commit_number ?? 0;
  }

  /** Fills the cache with what is stored under those it lacks. */
  async function readMissing(touches: readonly RollupTouch[]): Promise<void> {
    const missing = touches.filter(({ id }) => !cache.get(id));
    if (missing.length === 0) return;
    const values = [column(missing, "size"), column(missing, "by"), column(missing, "at"), column(missing, "key")];
    const { rows } = await connection.query<JournalTables["rollups"] & object>(
      { ...STORED, values },
      ANSWERS_WITHIN_MS,
    );
    const bodies = new Map(rows.map(({ size, by, at, key, body }) => [`${size} ${by} ${at} ${key}`, body]));
    for (const { id } of missing) {
      const body = bodies.get(id);
      cache.keep(id, body === undefined ? emptyRollup() : decodeRollup(body));
    }
  }

  async function derivedValues(derived: Derived): Promise<readonly (readonly unknown[])[]> {
    const touches = touchedRollups(derived.rollups.map((delta) => ({ ...delta, key: storable(delta.key) })));
    await readMissing(touches);
    const bodies = touches.map(({ id, delta }) => encodeRollup(mergeRollup(cache.get(id) ?? emptyRollup(), delta)));
    const outages = latest(derived.outages).map(outageRecord);
    const days = summed(derived.dogDays).map(dogDayRecord);
    return [
      ...[column(touches, "size"), column(touches, "by"), column(touches, "at"), column(touches, "key"), bodies],
      ...columns(outages, OUTAGE_COLUMNS),
      ...columns(days, DAY_COLUMNS),
    ];
  }

  return async ({ epoch, gateway, rows, aliveAt, clean, number, derived }) => {
    const known = await storedNumber(epoch);
    const extra = number > known && derived ? await derivedValues(derived) : undefined;
    const events = [
      ...[column(rows, "epoch"), column(rows, "seq"), column(rows, "at"), column(rows, "v")],
      ...[column(rows, "sn"), column(rows, "type"), column(rows, "body")],
    ];
    const told = [derived?.toldThrough ?? null, derived?.creditedThrough ?? null];
    const alive = [epoch, gateway, Math.trunc(aliveAt), clean ? 1 : 0, number, ...told];
    const statement = extra ? DERIVED : PLAIN;
    await connection.query({ ...statement, values: [...events, ...alive, ...(extra ?? [])] }, ANSWERS_WITHIN_MS);
    stored = { epoch, number: Math.max(number, known) };
    cache.trim();
  };
}

function column<Row, Name extends keyof Row>(rows: readonly Row[], name: Name): Row[Name][] {
  return rows.map((row) => row[name]);
}

function columns<Row extends object>(rows: readonly Row[], types: Record<keyof Row, string>): unknown[][] {
  const names = Object.keys(types) as (keyof Row)[];
  return names.map((name) => rows.map((row) => storable(row[name])));
}

/** `$19::text[], $20::bigint[], ...` */
function arrays(from: number, types: Readonly<Record<string, string>>): string {
  return Object.values(types)
    .map((type, n) => `$${from + n}::${type}[]`)
    .join(", ");
}

/** A statement may write a row once: the last word about an outage counts. */
function latest(outages: readonly OutageRow[]): OutageRow[] {
  return [...new Map(outages.map((outage) => [`${outage.startedAt} ${outage.sn}`, outage])).values()];
}

function summed(days: readonly DogDay[]): DogDay[] {
  const sums = new Map<string, DogDay>();
  for (const day of days) {
    const id = `${day.day} ${day.sn}`;
    const sum = sums.get(id);
    sums.set(id, sum ? addDays(sum, day) : day);
  }
  return [...sums.values()];
}

function addDays(a: DogDay, b: DogDay): DogDay {
  return {
    ...a,
    outages: a.outages + b.outages,
    gaveUp: a.gaveUp + b.gaveUp,
    recovered: a.recovered + b.recovered,
    recoverMs: a.recoverMs + b.recoverMs,
    flaps: a.flaps + b.flaps,
  };
}

/** PostgreSQL's text holds every character but NUL, its bigint no fraction: neither may hold up a commit for ever. */
function storable<T>(value: T): T {
  if (typeof value === "string") return (value.includes("\0") ? value.replaceAll("\0", "\u{fffd}") : value) as T;
  return (typeof value === "number" ? Math.round(value) : value) as T;
}
