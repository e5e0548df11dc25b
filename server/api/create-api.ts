import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { AppError } from "#lib/errors/app-error.ts";
import { createAdmission } from "./access.ts";
import { type Api, type ApiDeps, type Routes, setCaller } from "./api-deps.ts";
import { createEventStream } from "./event-stream.ts";
import { createExportDesk } from "./export-desk.ts";
import { exportRoutes } from "./export-routes.ts";
import { dogRoutes, fleetRoutes, policyRoutes } from "./fleet-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { historyRoutes } from "./history-routes.ts";
import { installJsonBody } from "./json-body.ts";
import { completeOpenApi, type OpenApiDocument } from "./openapi.ts";
import { asAppError, installProblems, sendProblem, validatorCompiler } from "./problems.ts";
import { forceRoutes, reconnectionRoutes } from "./reconnection-routes.ts";
import { streamRoute } from "./stream-route.ts";

const ROUTES: readonly Routes[] = [
  reconnectionRoutes,
  forceRoutes,
  fleetRoutes,
  historyRoutes,
  exportRoutes,
  dogRoutes,
  policyRoutes,
  healthRoutes,
];

const BODY_LIMIT = 64 * 1024;
/** Of one address that is not loopback: a console elsewhere serves all its browsers from one. */
const REQUESTS_A_MINUTE = 6_000;
/** Open to supervisors without a token, and telling nothing. */
const OPEN = new Set(["/healthz", "/readyz"]);
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const nameItself = (reply: FastifyReply, version: string): FastifyReply =>
  reply.header("Leash-Version", version).header("Cache-Control", "no-store");

/** Limits of DESIGN section 11. They end slow requests, never a stream that is being answered. */
function bareApi({ log, version, trustedProxies = [] }: ApiDeps): Api {
  const app = Fastify({
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 10_000,
    keepAliveTimeout: 5_000,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 8_192 },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // An address that cannot be decoded ends before any hook: it is told in our own words all the same.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(nameItself(reply, version), asAppError(error));
    },
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 128 },
    ...(log ? { loggerInstance: log } : { logger: false }),
  });
  return app.withTypeProvider<ZodTypeProvider>();
}

/** A route that knows no query has no past: it must neither answer for another instant nor act where the past was meant. */
function refuseAtOfNoUse({ is404, query, routeOptions }: FastifyRequest): void {
  if (is404 || routeOptions.schema?.querystring !== undefined) return;
  if (typeof query !== "object" || query === null || !("at" in query)) return;
  throw new AppError("invalid_input", "bad query: at", { fields: [{ field: "at", message: "unknown field" }] });
}

async function installPlugins(api: Api, deps: ApiDeps): Promise<void> {
  await api.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await api.register(rateLimit, {
    max: REQUESTS_A_MINUTE,
    timeWindow: 60_000,
    allowList: (request) => LOOPBACK.test(request.ip),
    errorResponseBuilder: (_request, context) =>
      new AppError("rate_limited", "too many requests", { retryAfterS: Math.ceil(context.ttl / 1_000) }),
  });
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Leash", description: "Fleet connections and their recovery.", version: deps.version },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }, {}],
    },
    transform: jsonSchemaTransform,
  });
}

/** The gateway's HTTP side, not yet listening: `api.server` takes the WebSocket upgrades, `api.close()` ends it all. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const api = bareApi(deps);
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  installJsonBody(api);
  installProblems(api);
  const admit = createAdmission(deps.access);
  api.addHook("onRequest", async (request, reply) => {
    nameItself(reply, deps.version);
    if (!OPEN.has(request.url.split("?")[0] ?? "")) setCaller(request, admit(request));
  });
  await installPlugins(api, deps);
  api.addHook("preValidation", async (request) => refuseAtOfNoUse(request));
  const stream = createEventStream({
    fleet: deps.fleet,
    clock: deps.clock,
    epoch: deps.journal.epoch,
    onFault: (error) => deps.log?.error({ err: error }, "the live feed goes without a frame that could not be made"),
  });
  const exports = createExportDesk(deps.clock);
  deps.sizes?.(() => ({ streams: stream.size, exports: exports.size }));
  for (const routes of ROUTES) routes(api, { ...deps, exports });
  streamRoute(api, stream);
  api.get("/api/openapi.json", { schema: { hide: true } }, async () =>
    completeOpenApi(api.swagger() as OpenApiDocument),
  );
  api.addHook("preClose", async () => stream.close());
  await api.ready();
  return api;
}
