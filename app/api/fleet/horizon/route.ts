import { withRoute } from "#app/_server/with-route.ts";

export const GET = withRoute({ role: "viewer" }, async ({ runtime }) => (await runtime.source()).horizon());
