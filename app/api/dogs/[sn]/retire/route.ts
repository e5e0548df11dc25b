import { dogParams } from "#app/_server/route-params.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { retireRequest } from "#lib/contracts/dogs.ts";

export const POST = withRoute(
  { role: "operator", params: dogParams, body: retireRequest },
  async ({ params, body, actor, runtime }) => (await runtime.source()).retire(params.sn, body.note, actor),
);
