import { withRoute } from "#app/_server/with-route.ts";
import { cleanupRequest } from "#lib/contracts/reconnection.ts";

export const POST = withRoute({ role: "operator", body: cleanupRequest }, async ({ body, actor, runtime }) =>
  (await runtime.source()).cleanup(body, actor),
);
