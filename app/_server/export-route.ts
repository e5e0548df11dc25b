import "server-only";
import { historyRange, outageQuery } from "#lib/contracts/fleet.ts";
import type { ExportFormat } from "./fleet-source.ts";
import { fileResponse } from "./responses.ts";
import { dogParams } from "./route-params.ts";
import { withRoute } from "./with-route.ts";

/** GET of what the fleet has to export, as it comes from the gateway. */
export function fleetExport(what: "outages" | "events", format: ExportFormat) {
  return withRoute({ role: "viewer", query: outageQuery }, async ({ query, runtime, signal }) => {
    const body = await (await runtime.source()).exportFile(what, format, query, signal);
    return fileResponse(body, { what, format, at: runtime.clock.now() });
  });
}

/** GET of one dog's log, as it comes from the gateway. */
export function dogExport(format: ExportFormat) {
  return withRoute(
    { role: "viewer", params: dogParams, query: historyRange },
    async ({ params: { sn }, query, runtime, signal }) => {
      const body = await (await runtime.source()).exportFile({ eventsOf: sn }, format, query, signal);
      return fileResponse(body, { what: `${sn}-events`, format, at: runtime.clock.now() });
    },
  );
}
