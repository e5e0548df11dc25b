import { z } from "zod";
import {
  type FeedEvent,
  feedEvent,
  historyRange,
  type OutageRecord,
  outageQuery,
  outageRecord,
} from "#lib/contracts/fleet.ts";
import { clientId } from "#lib/contracts/shared.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Routes } from "./api-deps.ts";
import { csvOfFields } from "./csv.ts";
import { jsonFormat } from "./export-stream.ts";
import { exportRange } from "./history-window.ts";

const bySn = z.object({ sn: clientId });
const FORMATS = ["csv", "json"] as const;

const outages = {
  csv: csvOfFields<keyof OutageRecord>(outageRecord.keyof().options),
  json: jsonFormat<OutageRecord>(),
};
const events = { csv: csvOfFields<keyof FeedEvent>(feedEvent.keyof().options), json: jsonFormat<FeedEvent>() };

async function* ofReason(
  pages: AsyncIterable<readonly FeedEvent[]>,
  reason: ReasonCode,
): AsyncGenerator<readonly FeedEvent[]> {
  for await (const page of pages) yield page.filter((event) => event.reason_code === reason);
}

/** Outages and events as files: streamed, as fast as the reader takes them, in constant memory. */
export const exportRoutes: Routes = (api, { fleet, history, exports }) => {
  const tags = ["history"];
  for (const format of FORMATS) {
    const produces = format === "csv" ? ["text/csv"] : ["application/json"];
    const fleetSchema = { tags, produces, querystring: outageQuery };
    api.get(`/api/fleet/outages.${format}`, { schema: fleetSchema }, async ({ query }, reply) => {
      const { sn, reason } = query;
      const asked = {
        ...exportRange(query),
        ...(sn === undefined ? {} : { sn }),
        ...(reason === undefined ? {} : { reason }),
      };
      return exports.send(reply, "outages", history.outages(asked), outages[format]);
    });
    api.get(`/api/fleet/events.${format}`, { schema: fleetSchema }, async ({ query }, reply) => {
      const { sn, reason } = query;
      const pages = history.events({ ...exportRange(query), ...(sn === undefined ? {} : { sn }) });
      return exports.send(reply, "events", reason === undefined ? pages : ofReason(pages, reason), events[format]);
    });
    api.get(
      `/api/dogs/:sn/events.${format}`,
      { schema: { tags, produces, params: bySn, querystring: historyRange } },
      async ({ params: { sn }, query }, reply) => {
        if (!fleet.get(sn)) throw new AppError("not_found", `no dog ${sn} is known`);
        const pages = history.events({ ...exportRange(query), sn });
        return exports.send(reply, `${sn}-events`, pages, events[format]);
      },
    );
  }
};
