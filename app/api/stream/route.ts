import { openBrowserStream } from "#app/_server/browser-stream.ts";
import { withRoute } from "#app/_server/with-route.ts";

export const GET = withRoute({ role: "viewer" }, async ({ actor, headers, signal, runtime }) =>
  openBrowserStream({ operator: actor, lastEventId: headers.get("last-event-id") ?? undefined, signal, runtime }),
);
