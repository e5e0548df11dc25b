import { withRoute } from "#app/_server/with-route.ts";
import { policy } from "#lib/contracts/policy.ts";

export const GET = withRoute({ role: "viewer" }, async ({ runtime }) => (await runtime.source()).policy());

export const PUT = withRoute({ role: "admin", body: policy }, async ({ body, actor, runtime }) =>
  (await runtime.source()).setPolicy(body, actor),
);
