import { withRoute } from "#app/_server/with-route.ts";

/** The console answers for itself; what it knows of the gateway is told beside. */
export const GET = withRoute({ role: "viewer" }, async ({ runtime }) => ({
  status: "ok",
  upstream: runtime.capability.current(),
}));
