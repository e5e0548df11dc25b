import { expect, type Page } from "@playwright/test";
import reasons from "#app/_i18n/messages/en/reasons.json" with { type: "json" };
import states from "#app/_i18n/messages/en/states.json" with { type: "json" };
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { rowOf } from "../fixtures/console-page.ts";
import type { GatewaySays } from "./gateway-says.ts";
import {
  card,
  expectDuration,
  expectShare,
  number,
  numberIn,
  open,
  SAME_WITHIN,
  tableOf,
  textOf,
  words,
} from "./read-page.ts";

const QUICK = { timeout: 3_000 };
const ACTIVE = ["settling", "reconnecting", "refused", "probing", "gave_up"];
/** Bars from this dial on are one. */
const LAST_DIAL = 10;

/** Every number of the Overview against what its gateway answers. */
export async function checkOverview(page: Page, says: GatewaySays): Promise<void> {
  await open(page, "/");
  const numbers = page.getByRole("region", { name: "Fleet in numbers" });
  await expect(async () => {
    const summary = await says.summary();
    const { connected, settling, silent, known, reconnecting, refused, probing, gave_up, flapping, flaps_10m } =
      summary;
    const { recovered, gave_up: lost, open: still, recover_ms } = summary.last_hour;
    const decided = recovered + lost;
    const text = await textOf(numbers);
    const tells = (pattern: RegExp) => expect(text).toMatch(pattern);
    tells(new RegExp(`Connected\\s*${number(connected + settling)}\\s*of ${number(known)} known`));
    tells(new RegExp(`${settling} settling\\s*${silent} silent`));
    tells(
      new RegExp(
        `Reconnecting\\s*${number(reconnecting + refused + probing)}\\s*${refused} refused\\s*${probing} probing`,
      ),
    );
    tells(new RegExp(`Gave up\\s*${gave_up}\\D`));
    if (decided > 0) {
      const [, rate = ""] = new RegExp(`([\\d.]+)\\s*%\\s*of ${decided} decided, ${still} open`).exec(text) ?? [];
      expectShare(rate, 1, recovered / decided);
    }
    if (recovered > 0) {
      const [, p50 = "", p95 = "", of = ""] =
        /Time to recover\s*1 h\s*(.+?)\s*median\s*p95 (.+?), of ([\d,]+)/.exec(text) ?? [];
      expect(numberIn(of)).toBe(recovered);
      expectDuration(p50, recover_ms.p50);
      expectDuration(p95, recover_ms.p95);
    }
    tells(new RegExp(`Flapping\\s*10 min\\s*${flapping}\\s*dogs?`));
    tells(new RegExp(`${flaps_10m} returns? under`));
  }).toPass(SAME_WITHIN);
  await checkCharts(page, says);
}

async function checkCharts(page: Page, says: GatewaySays): Promise<void> {
  await expect(async () => {
    const { attempts, delays, reasons_now, reasons_total } = await says.stats("window=1h");
    const dials = new Map(
      await tableOf(card(page, "Attempts")).then((rows) => rows.map(([dial = "", count]) => [dial, Number(count)])),
    );
    const shown = (dial: number) => dials.get(String(dial)) ?? dials.get(`${dial}+`) ?? 0;
    for (let dial = 1; dial < LAST_DIAL; dial++) {
      const expected = attempts.recovered.find((step) => step.dials === dial)?.count ?? 0;
      expect([dial, shown(dial)]).toEqual([dial, expected]);
    }
    const beyond = attempts.recovered.filter((step) => step.dials >= LAST_DIAL);
    expect(shown(LAST_DIAL)).toBe(beyond.reduce((sum, { count }) => sum + count, 0));
    expect(dials.get("Gave up")).toBe(attempts.gave_up);
    const bars = (await tableOf(card(page, "Delays"))).map(([, count]) => Number(count));
    expect(bars.filter(Boolean)).toEqual(delays.recover.map(({ count }) => count).filter(Boolean));
    const why = (await card(page, "Why dogs drop").textContent()) ?? "";
    const out = Object.values(reasons_now).reduce((sum, count) => sum + count, 0);
    expect(why).toMatch(new RegExp(`Now\\s*${out} dogs? out`));
    expect(why).toMatch(new RegExp(`${number(reasons_total)} drops? in`));
  }).toPass(SAME_WITHIN);
}

/** Reconnections: the rows that are there, each with its dog's state, reason and where it is. */
export async function checkReconnections(page: Page, says: GatewaySays): Promise<void> {
  await open(page, "/reconnections");
  await expect(async () => {
    const { rows } = await says.rows("/api/reconnection/active");
    // A long table draws what is in sight.
    if (rows.length < 20) await expect(page.getByRole("row")).toHaveCount(rows.length + 1, { timeout: 3_000 });
  }).toPass(SAME_WITHIN);
  const { rows } = await says.rows("/api/reconnection/active");
  for (const { client_id: sn } of rows.slice(0, 10)) {
    await open(page, `/reconnections?q=${sn}`);
    await expect(async () => {
      const { row } = await says.dog(sn);
      if (!ACTIVE.includes(row.state)) return expect(rowOf(page, sn)).toHaveCount(0);
      await checkRow(page, row);
      if (row.reason_code) await expect(rowOf(page, sn)).toContainText(words(reasons, row.reason_code), QUICK);
    }).toPass(SAME_WITHIN);
  }
}

/** Dogs: a row each. */
export async function checkDogs(page: Page, says: GatewaySays, sns: readonly string[]): Promise<void> {
  for (const sn of sns) {
    await open(page, `/dogs?q=${sn}`);
    await expect(async () => checkRow(page, (await says.dog(sn)).row)).toPass(SAME_WITHIN);
  }
}

async function checkRow(page: Page, row: DogRow): Promise<void> {
  const shown = rowOf(page, row.client_id);
  // While its dial may be under way a dog that is out is shown as dialing.
  const state = words(states, row.state);
  await expect(shown).toContainText(
    new RegExp(row.state === "reconnecting" ? `${state}|${states.dialing}` : state),
    QUICK,
  );
  for (const told of ACTIVE.includes(row.state) ? [] : [row.network, row.site, row.firmware])
    if (told !== null) await expect(shown).toContainText(told, QUICK);
}
