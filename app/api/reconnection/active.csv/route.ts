import { fileResponse } from "#app/_server/responses.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { dogExportAt } from "#lib/contracts/reconnection.ts";

export const GET = withRoute({ role: "viewer", query: dogExportAt }, async ({ query, runtime, signal }) => {
  const body = await (await runtime.source()).activeCsv(query, signal);
  return fileResponse(body, { what: "reconnections", format: "csv", at: runtime.clock.now() });
});
