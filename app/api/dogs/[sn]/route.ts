import { parseInput } from "#app/_server/read-body.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { clientId } from "#lib/contracts/shared.ts";

export const GET = withRoute({ role: "viewer" }, async ({ params, runtime }) =>
  (await runtime.source()).dog(parseInput(clientId, params.sn)),
);
