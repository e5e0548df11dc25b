import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Archive, SnapshotHead } from "#server/journal/archive.ts";
import { compareKeys, type EventRow, type RowKey, toRow } from "#server/journal/journal-store.ts";

/** An archive in memory for tests of what stands on one: events and snapshots as the databases keep them, nothing derived. */
export class MemoryArchive implements Archive {
  rows: EventRow[] = [];
  readonly heads = new Map<string, SnapshotHead>();
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

  async events({ from, to, sn, after, limit }: Parameters<Archive["events"]>[0]) {
    this.#count("events");
    return this.rows
      .filter((row) => (from === undefined || row.at >= from) && (to === undefined || row.at < to))
      .filter((row) => (sn === undefined || row.sn === sn) && (after === undefined || compareKeys(row, after) > 0))
      .slice(0, limit);
  }

  async bounds() {
    const [oldest, newest] = [this.rows[0], this.rows.at(-1)];
    return oldest && newest ? { oldest, newest } : null;
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
      .filter((row) => compareKeys(row, before) < 0 && (row.sn === null || newest.get(row.sn) !== row))
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
