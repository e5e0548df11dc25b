import { withRoute } from "#app/_server/with-route.ts";

export const GET = withRoute({ role: "viewer" }, async ({ params, runtime }) =>
  (await runtime.source()).forceTicket(params.ticket ?? ""),
);
