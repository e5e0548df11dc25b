import type { DogDetail, DogPage, DogTimeline } from "#lib/contracts/dogs.ts";
import type { FleetStats, FleetSummary, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** Reads a gateway's HTTP API on loopback. Throws on anything but a 200. */
export class GatewaySays {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  summary = (): Promise<FleetSummary> => this.#get("/api/fleet/summary");
  stats = (query: string): Promise<FleetStats> => this.#get(`/api/fleet/stats?${query}`);
  dog = (sn: string): Promise<DogDetail> => this.#get(`/api/dogs/${sn}`);
  timeline = (sn: string): Promise<DogTimeline> => this.#get(`/api/dogs/${sn}/timeline`);
  outages = (query: string): Promise<readonly OutageRecord[]> => this.#get(`/api/fleet/outages.json?${query}`);

  /** Every row of a list as of one instant. */
  async rows(
    path: "/api/dogs" | "/api/reconnection/active",
  ): Promise<{ readonly asOf: number; readonly rows: readonly DogRow[] }> {
    const rows: DogRow[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 1_000; pages++) {
      const page: DogPage = await this.#get(
        `${path}?limit=500${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      rows.push(...page.items);
      cursor = page.next_cursor;
      if (cursor === null) return { asOf: Date.parse(page.as_of), rows };
    }
    throw new Error(`${path} has no end`);
  }

  /** A counter of /metrics, its labels as they stand there; 0 where it is not there. */
  async counters(): Promise<(name: string) => number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const values = new Map(text.split("\n").flatMap((line) => (/^(\S+) (\S+)$/.exec(line) ? [splitLast(line)] : [])));
    return (name) => values.get(name) ?? 0;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
    // The gateway's answers are of lib/contracts: its own tests hold it to them.
    return (await response.json()) as T;
  }
}

function splitLast(line: string): readonly [string, number] {
  const space = line.lastIndexOf(" ");
  return [line.slice(0, space), Number(line.slice(space + 1))];
}
