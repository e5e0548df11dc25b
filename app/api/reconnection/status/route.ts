import { withRoute } from "#app/_server/with-route.ts";
import { statusRequest } from "#lib/contracts/reconnection.ts";

export const POST = withRoute({ role: "viewer", body: statusRequest }, async ({ body, runtime }) =>
  (await runtime.source()).status(body.client_id),
);
