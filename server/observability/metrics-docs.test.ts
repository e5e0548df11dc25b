import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { World } from "#server/api/testing/api-harness.ts";
import type { MetricSheet } from "./metrics.ts";
import { readPromql } from "./testing/promql.ts";
import { startWatchedMetrics } from "./testing/watched-metrics.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

/** Told by Prometheus itself of every scrape. */
const OF_PROMETHEUS = new Map<string, readonly string[]>([["up", []]]);
const OF_EVERY_SCRAPE = ["job", "instance"];

let world: World;
let sheets: ReadonlyMap<string, MetricSheet>;
let text = "";
beforeAll(async () => {
  const watched = await startWatchedMetrics();
  world = watched.world;
  sheets = new Map(watched.metrics.catalogue().map((sheet) => [sheet.name, sheet]));
  ({ text } = await watched.metrics.render());
});
afterAll(() => world.close());

/** Labels of a series by the name a query gives it; undefined where there is none. */
function labelsOf(series: string): readonly string[] | undefined {
  const own = sheets.get(series);
  if (own !== undefined && own.type !== "histogram") return own.labels;
  const base = sheets.get(series.replace(/_(bucket|sum|count)$/, ""));
  if (base?.type !== "histogram" || base.name === series) return OF_PROMETHEUS.get(series);
  return series.endsWith("_bucket") ? [...base.labels, "le"] : base.labels;
}

/** Everything an expression names that /metrics does not have. */
function strangersIn(expression: string): string[] {
  const { selected, grouped } = readPromql(expression);
  expect(selected.length).toBeGreaterThan(0);
  const known = new Set(OF_EVERY_SCRAPE);
  const strangers: string[] = [];
  for (const { metric, matchers } of selected) {
    const labels = labelsOf(metric);
    if (labels === undefined) strangers.push(metric);
    for (const label of labels ?? []) known.add(label);
    for (const { label, operator, value } of matchers) {
      if (![...OF_EVERY_SCRAPE, ...(labels ?? [])].includes(label)) strangers.push(`${metric}{${label}}`);
      if (["state", "lane", "reason", "status"].includes(label) && text.includes(`${metric}{`)) {
        const values = operator === "=~" ? value.split("|") : [value];
        for (const one of values)
          if (!text.includes(`${label}="${one}"`)) strangers.push(`${metric}{${label}="${one}"}`);
      }
    }
  }
  return [...strangers, ...grouped.filter((label) => !known.has(label))];
}

describe("what is written about the metrics", () => {
  it("G159: every metric is in the table of docs/API.md with its type and labels, and no other is", () => {
    const rows = [
      ...read("docs/API.md").matchAll(/^\| `([a-z][a-z0-9_]*)` \| (counter|gauge|histogram) \| ([^|]*) \| [^|]+ \|$/gm),
    ];
    const written = rows.map(([, name, type, labels = ""]) => ({
      name,
      type,
      labels: [...labels.matchAll(/`([a-z]+)`/g)].map(([, label]) => label),
    }));
    const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
      (a.name ?? "") < (b.name ?? "") ? -1 : 1;
    expect(written.sort(byName)).toEqual([...sheets.values()].sort(byName));
  });

  it("G160: every panel of the dashboard asks for series that exist, with labels they have", () => {
    const dashboard = JSON.parse(read("deploy/grafana/leash.json")) as Dashboard;
    expect(dashboard).toMatchObject({ uid: "leash-gateway", title: "Leash", schemaVersion: expect.any(Number) });
    const panels = dashboard.panels.filter(({ type }) => type !== "row");
    expect(panels.length).toBeGreaterThan(25);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, description, targets = [], fieldConfig } of panels) {
      expect([title, description, fieldConfig?.defaults.unit].every((said) => (said ?? "") !== "")).toBe(true);
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) expect([title, strangersIn(expr)]).toEqual([title, []]);
    }
    const queries = dashboard.templating.list.flatMap(({ query }) => (typeof query === "string" ? [] : [query.query]));
    for (const query of queries) {
      const [, expression = "", label = ""] = /^label_values\((.*), ([a-z]+)\)$/.exec(query) ?? [];
      expect([strangersIn(expression), OF_EVERY_SCRAPE]).toEqual([[], expect.arrayContaining([label])]);
    }
    for (const { expr } of dashboard.annotations.list) expect(strangersIn(expr)).toEqual([]);
  });

  it("G160: no panel lies over another, none beyond the width", () => {
    const { panels } = JSON.parse(read("deploy/grafana/leash.json")) as Dashboard;
    const taken = new Set<string>();
    for (const { gridPos } of panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it("G161: every alert asks for series that exist, has a severity, says what is wrong and what to do", () => {
    const rules = (parse(read("deploy/prometheus/leash.rules.yml")) as Rules).groups.flatMap((group) => group.rules);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, labels, annotations, for: lasting } of rules) {
      expect(alert).toMatch(/^Leash[A-Z][A-Za-z]+$/);
      expect([alert, strangersIn(expr)]).toEqual([alert, []]);
      expect(expr).toMatch(/[<>]=?|==/);
      expect(labels).toEqual({ severity: expect.stringMatching(/^(warning|critical)$/) });
      expect(annotations.summary).toMatch(/\{\{ \$(labels\.instance|value)/);
      expect(annotations.description.length).toBeGreaterThan(80);
      expect(lasting ?? "1m").toMatch(/^\d+m$/);
    }
    const alerts = rules.map(({ alert }) => alert);
    for (const must of [
      "GatewayDown",
      "JournalDegraded",
      "Storm",
      "DogsGaveUp",
      "SuccessRateLow",
      "SnapshotStale",
      "DescriptorsNearLimit",
    ]) {
      expect(alerts).toContain(`Leash${must}`);
    }
  });

  it("G161: the example scrapes the job the rules are for, with the token", () => {
    const example = parse(read("deploy/prometheus/prometheus.yml")) as Scrape;
    expect(example).toMatchObject({
      rule_files: ["leash.rules.yml"],
      scrape_configs: [{ job_name: "leash", metrics_path: "/metrics", authorization: { type: "Bearer" } }],
    });
    expect(read("deploy/prometheus/leash.rules.yml").match(/\{job="(?!leash")/)).toBeNull();
  });

  it("G160: the reader of expressions finds what is not there", () => {
    expect(strangersIn('sum by (colour) (rate(leash_dogs{mood="good"}[5m])) / leash_cats')).toEqual([
      "leash_dogs{mood}",
      "leash_cats",
      "colour",
    ]);
    expect(strangersIn('leash_dogs{state="lost"} > leash_outage_dials')).toEqual([
      'leash_dogs{state="lost"}',
      "leash_outage_dials",
    ]);
    expect(() => readPromql("sum(rate(leash_dogs[5m])")).toThrow("brackets");
  });
});

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for?: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
  }[];
}

interface Scrape {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly object[];
}
