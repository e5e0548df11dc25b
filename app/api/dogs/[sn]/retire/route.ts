import { parseInput } from "#app/_server/read-body.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { retireRequest } from "#lib/contracts/dogs.ts";
import { clientId } from "#lib/contracts/shared.ts";

export const POST = withRoute({ role: "operator", body: retireRequest }, async ({ params, body, actor, runtime }) =>
  (await runtime.source()).retire(parseInput(clientId, params.sn), body.note, actor),
);
