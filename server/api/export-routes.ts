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
import type { FleetReader } from "#server/fleet/fleet-reader.ts";
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

/** An event with what the dog says of itself now, where the event says nothing: as the feed shows it. */
function withDog(event: FeedEvent, fleet: FleetReader): FeedEvent {
  const dog = event.client_id === null ? undefined : fleet.get(event.client_id);
  if (dog === undefined) return event;
  return {
    ...event,
    site: event.site ?? dog.labels.site ?? null,
    network: event.network ?? dog.network,
    gateway: event.gateway ?? dog.gateway,
    app_id: event.app_id ?? dog.appId,
  };
}

async function* chosen(
  pages: AsyncIterable<readonly FeedEvent[]>,
  fleet: FleetReader,
  reason: ReasonCode | undefined,
): AsyncGenerator<readonly FeedEvent[]> {
  for await (const page of pages) {
    const kept = reason === undefined ? page : page.filter((event) => event.reason_code === reason);
    yield kept.map((event) => withDog(event, fleet));
  }
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
      return exports.send(reply, "events", chosen(pages, fleet, reason), events[format]);
    });
    api.get(
      `/api/dogs/:sn/events.${format}`,
      { schema: { tags, produces, params: bySn, querystring: historyRange } },
      async ({ params: { sn }, query }, reply) => {
        if (!fleet.get(sn)) throw new AppError("not_found", `no dog ${sn} is known`);
        const pages = history.events({ ...exportRange(query), sn });
        return exports.send(reply, `${sn}-events`, chosen(pages, fleet, undefined), events[format]);
      },
    );
  }
};
