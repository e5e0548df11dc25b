import { expect, type Page } from "@playwright/test";
import charts from "#app/_i18n/messages/en/charts.json" with { type: "json" };
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { GatewaySays } from "./gateway-says.ts";
import { card, expectDuration, expectShare, open, SAME_WITHIN, tableOf, textOf } from "./read-page.ts";

type SpanState = DogDetail["timeline"]["spans"][number]["state"];
const DRAWN: Readonly<Record<SpanState, keyof typeof charts.timeline>> = {
  connected: "connected",
  settling: "connected",
  silent: "silent",
  waiting: "waiting",
  refused: "waiting",
  gave_up: "gave_up",
  offline: "offline",
  unknown: "unknown",
};

/**
 * A dog's page: how well it held in the last 24 hours, and its lane. What moves with the clock lies between what the API said
 * before the page was asked for and after it was read.
 */
export async function checkDogPages(page: Page, says: GatewaySays, sns: readonly string[]): Promise<void> {
  for (const sn of sns) {
    const said = [await says.dog(sn)];
    await open(page, `/dogs/${sn}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(sn);
    await expect(async () => {
      const shown = await textOf(page.getByRole("main"));
      const lane = await tableOf(card(page, "Timeline"));
      said.push(await says.dog(sn));
      checkStability(shown, said);
      checkLane(lane, said);
    }).toPass(SAME_WITHIN);
  }
}

const FIGURES = new RegExp(
  [
    "Availability\\s*(?:([\\d.]+)\\s*%\\s*of (.+?) watched|nothing watched)",
    "Between outages\\s*(.+?)\\s*(?:mean of (\\d+) outages?|no outage in this time)",
    "To recover\\s*(.+?)\\s*mean of (\\d+), gave up (\\d+)",
    "Flaps\\s*(\\d+)\\s*returns under",
  ].join("\\s*"),
);

function checkStability(text: string, said: readonly DogDetail[]): void {
  const [found, share = "", watched = "", between = "", outages = "0", recover = "", recovered, gaveUp, flaps] =
    FIGURES.exec(text) ?? [];
  expect(found, text).toBeDefined();
  const counts = said.map(({ stability: one }) => [one.outages, one.recovered, one.gave_up, one.flaps].join(" "));
  expect(counts).toContain([outages, recovered, gaveUp, flaps].join(" "));
  const of = <K extends keyof DogDetail["stability"]>(field: K) => said.map(({ stability }) => stability[field]);
  if (share === "") expect(of("availability")).toContain(null);
  else {
    expectShare(share, 2, ...of("availability"));
    expectDuration(watched, ...of("watched_ms"));
  }
  expectDuration(between, ...of("mean_between_ms"));
  expectDuration(recover, ...of("mean_recover_ms"));
}

/** The lane as a table: the same stretches, and each begins when the API says. The first begins with the window. */
function checkLane(rows: readonly (readonly string[])[], said: readonly DogDetail[]): void {
  const second = (at: number) => Math.floor(at / 1_000);
  const shown = rows.map(([from, , state], index) =>
    index === 0 ? state : `${state} from ${second(Date.parse(`${from} UTC`))}`,
  );
  const drawn = said.map(({ timeline: { spans } }) => {
    const stretches: { readonly state: string; readonly from: number }[] = [];
    for (const { state, from } of spans) {
      const word = charts.timeline[DRAWN[state]];
      if (stretches.at(-1)?.state !== word) stretches.push({ state: word, from: Date.parse(from) });
    }
    return stretches.map(({ state, from }, index) => (index === 0 ? state : `${state} from ${second(from)}`));
  });
  expect(drawn).toContainEqual(shown);
}
