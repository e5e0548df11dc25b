import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import { compareKeys, type EventRow, type RowKey, toRow } from "#server/journal/journal-store.ts";

/** What retention leaves, whatever its age. */
const FRAME = /^(gateway\.|journal\.gap|record\.cleaned|policy\.changed)/;

/** An archive in memory for tests of what stands on one: events and snapshots as the databases keep them, nothing derived. */
export class MemoryArchive implements Archive {
  rows: EventRow[] = [];
  readonly heads = new Map<string, SnapshotHead>();
  horizonKey: RowKey | null = null;
  readonly parts = new Map<string, Uint8Array>();
  /** Bytes each event counts for. */
  bytesPerEvent = 100;
  /** Bytes of what is derived, which no retention of events takes. */
  derived = 0;
  /** Calls by name. */
  readonly calls: Record<string, number> = {};
  /** Called before everything that writes: throw to fail it, as a kill would. */
  onWrite: () => void = () => {};
  closed = false;

  constructor(events: readonly FleetEvent[] = []) {
    this.add(events);
  }

  add(events: readonly FleetEvent[]): void {
    this.rows = [...this.rows, ...events.map(toRow)].sort(compareKeys);
  }

  async events({ from, to, sn, order = "asc", after, limit }: Parameters<Archive["events"]>[0]) {
    this.#count("events");
    const way = order === "asc" ? 1 : -1;
    const found = this.rows
      .filter((row) => (from === undefined || row.at >= from) && (to === undefined || row.at < to))
      .filter((row) => sn === undefined || row.sn === sn)
      .filter((row) => after === undefined || way * compareKeys(row, after) > 0);
    return (order === "asc" ? found : found.reverse()).slice(0, limit);
  }

  async bounds() {
    const [oldest, newest] = [this.rows[0], this.rows.at(-1)];
    return oldest && newest ? { oldest, newest } : null;
  }

  async horizon() {
    return this.horizonKey;
  }

  async putHorizon({ at, epoch, seq }: RowKey): Promise<void> {
    this.onWrite();
    const key = { at, epoch, seq };
    if (this.horizonKey === null || compareKeys(this.horizonKey, key) < 0) this.horizonKey = key;
  }

  async firstOfNextDog(after: string | null) {
    const dogs = this.rows.flatMap(({ sn }) => (sn !== null && sn > (after ?? "") ? [sn] : [])).sort();
    const first = this.rows.find(({ sn }) => sn !== null && sn === dogs[0]);
    return first && first.sn !== null ? { ...first, sn: first.sn } : null;
  }

  async countEvents(after: RowKey | null, at: number, limit: number): Promise<number> {
    const rows = this.rows.filter((row) => row.at <= at && (after === null || compareKeys(row, after) > 0));
    return Math.min(limit, rows.length);
  }

  async snapshot(foldVersion: number, at: number | null) {
    this.#count("snapshot");
    return this.#heads().findLast((head) => head.foldVersion === foldVersion && head.at <= (at ?? head.at)) ?? null;
  }

  async oldestSnapshot(foldVersion: number) {
    return this.#heads().find((head) => head.foldVersion === foldVersion) ?? null;
  }

  async snapshots() {
    return this.#heads();
  }

  async dropSnapshot(id: string): Promise<void> {
    this.onWrite();
    this.heads.delete(id);
    for (const key of [...this.parts.keys()]) if (key.startsWith(`${id}/`)) this.parts.delete(key);
  }

  async shard(snapshot: string, shard: number): Promise<Uint8Array> {
    this.#count("shard");
    const part = this.parts.get(`${snapshot}/${shard}`);
    if (part === undefined) throw new Error(`shard ${shard} of the snapshot ${snapshot} is not stored`);
    return part;
  }

  async putShard(snapshot: string, shard: number, body: Uint8Array): Promise<void> {
    this.onWrite();
    this.parts.set(`${snapshot}/${shard}`, body);
  }

  async putSnapshot(head: SnapshotHead): Promise<void> {
    this.onWrite();
    this.heads.set(head.id, head);
  }

  async dropSnapshots(olderThan: number): Promise<number> {
    this.onWrite();
    const old = this.#heads().filter(({ at }) => at < olderThan);
    for (const { id } of old.slice(0, -1)) await this.dropSnapshot(id);
    for (const key of [...this.parts.keys()]) {
      if (!this.heads.has(key.slice(0, key.lastIndexOf("/")))) this.parts.delete(key);
    }
    return Math.max(0, old.length - 1);
  }

  async dropEvents(before: RowKey, limit: number): Promise<number> {
    this.onWrite();
    const newest = new Map(this.rows.map((row) => [row.sn, row]));
    const drop = this.rows
      .filter(
        (row) =>
          compareKeys(row, before) < 0 && !FRAME.test(row.type) && (row.sn === null || newest.get(row.sn) !== row),
      )
      .slice(0, limit);
    this.rows = this.rows.filter((row) => !drop.includes(row));
    return drop.length;
  }

  async bytes(): Promise<number> {
    return this.derived + this.rows.length * this.bytesPerEvent;
  }

  async derivedBytes(): Promise<number> {
    return this.derived;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  rollups = async () => [];
  begun = async () => [];
  outages = async () => [];
  leastStable = async () => [];
  leastStableOf = async () => [];
  async dropDerived(_what: Parameters<Archive["dropDerived"]>[0]): Promise<number> {
    this.#count("dropDerived");
    return 0;
  }

  #heads(): SnapshotHead[] {
    return [...this.heads.values()].sort((a, b) => compareKeys(a.through, b.through));
  }

  #count(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
  }
}
