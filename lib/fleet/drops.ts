import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { OutageBegun } from "./outage-note.ts";

/** Outages of one group that began within one second, and how many of their dogs are still out. */
export interface DropCell {
  readonly second: number;
  lost: number;
  out: number;
  /** Of `lost`, those that say their site. */
  sited: number;
  /** Downtime starts. */
  first: number;
  last: number;
  readonly reasons: Map<ReasonCode, number>;
}

export interface DropGroup {
  readonly kind: "site" | "gateway" | "fleet";
  readonly name: string | null;
  /** Sums over the cells held. */
  lost: number;
  out: number;
  readonly cells: Map<number, DropCell>;
}

/** Plain JSON. How many dogs are still out is not in it: filing them counts them again. */
export interface DropsDump {
  readonly newest: number;
  readonly forgotten: number;
  readonly groups: readonly {
    readonly kind: DropGroup["kind"];
    readonly name: string | null;
    readonly cells: readonly (Omit<DropCell, "out" | "reasons"> & {
      readonly reasons: readonly (readonly [ReasonCode, number])[];
    })[];
  }[];
}

const KEPT_S = 3_700;
/** Seconds between two looks for what is too old. */
const FORGET_EVERY_S = 60;

/** The drops of the last hour counted by second, for the fleet, each site and each gateway: incidents need no list of them. */
export class Drops {
  readonly #groups = new Map<string, DropGroup>();
  #newest = 0;
  #forgotten = 0;

  /** An outage began; whether its dog is out is told apart. */
  begun(outage: OutageBegun): void {
    const second = Math.floor(outage.startedAt / 1_000);
    this.#newest = Math.max(this.#newest, second);
    if (second < this.#newest - KEPT_S) return;
    if (this.#newest - this.#forgotten >= FORGET_EVERY_S) this.#forget();
    this.#count(this.#group("fleet", null), second, outage);
    if (outage.site !== null) this.#count(this.#group("site", outage.site), second, outage);
    if (outage.gateway !== null) this.#count(this.#group("gateway", outage.gateway), second, outage);
  }

  /** The dog of an outage that was told went out, or is out no more. */
  out(outage: OutageBegun, by: 1 | -1): void {
    const second = Math.floor(outage.startedAt / 1_000);
    const { site, gateway } = outage;
    moveOut(this.#groups.get(keyOf("fleet", null)), second, by);
    if (site !== null) moveOut(this.#groups.get(keyOf("site", site)), second, by);
    if (gateway !== null) moveOut(this.#groups.get(keyOf("gateway", gateway)), second, by);
  }

  /** In the order of their names: the same drops give the same, whatever was forgotten when. */
  groups(): readonly DropGroup[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }

  dump(): DropsDump {
    const groups = this.groups().map(({ kind, name, cells }) => ({
      kind,
      name,
      cells: [...cells.values()]
        .sort((a, b) => a.second - b.second)
        .map(({ out: _, reasons, ...cell }) => ({ ...cell, reasons: [...reasons] })),
    }));
    return { newest: this.#newest, forgotten: this.#forgotten, groups };
  }

  /** Takes over a dump, before the dogs are filed. */
  restore({ newest, forgotten, groups }: DropsDump): void {
    this.#newest = newest;
    this.#forgotten = forgotten;
    for (const { kind, name, cells } of groups) {
      const group = this.#group(kind, name);
      for (const cell of cells) {
        group.cells.set(cell.second, { ...cell, out: 0, reasons: new Map(cell.reasons) });
        group.lost += cell.lost;
      }
    }
  }

  #group(kind: DropGroup["kind"], name: string | null): DropGroup {
    const key = keyOf(kind, name);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: DropGroup = { kind, name, lost: 0, out: 0, cells: new Map() };
    this.#groups.set(key, group);
    return group;
  }

  #count(group: DropGroup, second: number, { startedAt, site, reason }: OutageBegun): void {
    let cell = group.cells.get(second);
    if (cell === undefined) {
      cell = { second, lost: 0, out: 0, sited: 0, first: startedAt, last: startedAt, reasons: new Map() };
      group.cells.set(second, cell);
    }
    group.lost++;
    cell.lost++;
    if (site !== null) cell.sited++;
    cell.first = Math.min(cell.first, startedAt);
    cell.last = Math.max(cell.last, startedAt);
    cell.reasons.set(reason, (cell.reasons.get(reason) ?? 0) + 1);
  }

  #forget(): void {
    this.#forgotten = this.#newest;
    for (const [key, group] of this.#groups) {
      for (const [second, cell] of group.cells) {
        if (second >= this.#newest - KEPT_S) continue;
        group.lost -= cell.lost;
        group.out -= cell.out;
        group.cells.delete(second);
      }
      if (group.cells.size === 0) this.#groups.delete(key);
    }
  }
}

function keyOf(kind: DropGroup["kind"], name: string | null): string {
  return name === null ? kind : `${kind}:${name}`;
}

/** An outage older than what is kept has no cell. */
function moveOut(group: DropGroup | undefined, second: number, by: 1 | -1): void {
  const cell = group?.cells.get(second);
  if (group === undefined || cell === undefined) return;
  cell.out += by;
  group.out += by;
}
