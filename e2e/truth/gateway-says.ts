import type { DogDetail, DogPage, DogTimeline } from "#lib/contracts/dogs.ts";
import type { FleetStats, FleetSummary, LeastStable, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

export interface Counters {
  /** Of every line of this name whose labels hold `label`; 0 where there is none. */
  sum(name: string, label?: string): number;
}

/** Reads a gateway's HTTP API on loopback. Throws on anything but a 200. */
export class GatewaySays {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  summary = (): Promise<FleetSummary> => this.#get("/api/fleet/summary");
  stats = (query: string): Promise<FleetStats> => this.#get(`/api/fleet/stats?${query}`);
  leastStable = (query: string): Promise<LeastStable> => this.#get(`/api/fleet/least-stable?${query}`);
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

  /** The counters and gauges of /metrics. */
  async counters(): Promise<Counters> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const lines = text.split("\n").flatMap((line) => {
      const [, name = "", labels = "", value] = /^(\w+)(\{[^}]*\})? (\S+)$/.exec(line) ?? [];
      return value === undefined ? [] : [{ name, labels, value: Number(value) }];
    });
    return {
      sum: (name, label = "") =>
        lines.reduce((all, one) => all + (one.name === name && one.labels.includes(label) ? one.value : 0), 0),
    };
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
    // The gateway's answers are of lib/contracts: its own tests hold it to them.
    return (await response.json()) as T;
  }
}
