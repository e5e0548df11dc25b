import { z } from "zod";
import type { Routes } from "./api-deps.ts";

const health = z.object({ status: z.literal("ok") });
const readiness = z.object({ ready: z.boolean(), reason: z.string() });

/** For supervisors and load balancers: alive, ready, measured. */
export const healthRoutes: Routes = (api, deps) => {
  const tags = ["health"];
  api.get("/healthz", { schema: { tags, response: { 200: health } } }, async () => ({ status: "ok" as const }));
  api.get("/readyz", { schema: { tags, response: { 200: readiness, 503: readiness } } }, async (_request, reply) => {
    const state = deps.readiness();
    reply.code(state.ready ? 200 : 503);
    return { ready: state.ready, reason: state.reason };
  });
  api.get("/metrics", { schema: { tags, produces: ["text/plain"] } }, async (_request, reply) => {
    const { contentType, text } = await deps.metrics();
    return reply.type(contentType).send(text);
  });
};
