import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaCompiler } from "fastify";
import type { $ZodType } from "zod/v4/core";
import { safeParse } from "zod/v4/core";
import { AppError, type ErrorCode, type FieldError, toProblem } from "#lib/errors/app-error.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** Issues of the union's branch the caller most likely meant: the one with the fewest unknown or missing keys. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => {
      const missing = issue.code === "invalid_type" && issue.message.includes("received undefined");
      return sum + (issue.code === "unrecognized_keys" ? 2 * (issue.keys?.length ?? 1) : missing ? 2 : 1);
    }, 0);
  return branches.reduce((best, branch) => (cost(branch) < cost(best) ? branch : best), branches[0] ?? []);
}

/** Every bad field of the input once, by its dotted path. */
export function fieldErrors(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): readonly FieldError[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    const field = path.map(String).join(".");
    if (issue.code === "invalid_union" && issue.errors) return fieldErrors(likeliest(issue.errors), path);
    if (issue.code === "unrecognized_keys" && issue.keys) {
      return issue.keys.map((key) => ({
        field: safeText([...path, key].map(String).join(".")),
        message: "unknown field",
      }));
    }
    return [{ field: safeText(field || "body"), message: safeText(issue.message) }];
  });
}

/** Named in one answer: a body of nothing but unknown keys must not be answered with five times its size. */
const MOST_FIELDS = 100;

/** Parses with the schema and keeps every bad field for the answer. */
export const validatorCompiler: FastifySchemaCompiler<$ZodType> =
  ({ schema, httpPart }) =>
  (value: unknown) => {
    const parsed = safeParse(schema, value ?? {});
    if (parsed.success) return { value: parsed.data };
    const isQuery = httpPart === "querystring";
    // A list is one field of a query: its items have no name there.
    const fields = fieldErrors(
      parsed.error.issues.map((issue) => (isQuery ? { ...issue, path: issue.path.slice(0, 1) } : issue)),
    ).slice(0, MOST_FIELDS);
    const names = fields.slice(0, 5).map((field) => field.field);
    const where = isQuery ? "query" : (httpPart ?? "input");
    return { error: new AppError("invalid_input", safeText(`bad ${where}: ${names.join(", ")}`), { fields }) };
  };

const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ["invalid_input", "the request could not be read"],
  404: ["not_found", "no such address"],
  405: ["method_not_allowed", "this method is not allowed here"],
  414: ["not_found", "no such address"],
  413: ["payload_too_large", "the body is larger than 64 KiB"],
  415: ["unsupported_media_type", "send application/json"],
  429: ["rate_limited", "too many requests"],
};

/** What Fastify itself refuses becomes one of our codes; anything unknown stays unknown. */
export function asAppError(error: FastifyError | Error): Error {
  if (error instanceof AppError) return error;
  const status = "statusCode" in error ? error.statusCode : undefined;
  const known = status === undefined ? undefined : BY_STATUS[status];
  return known ? new AppError(known[0], known[1], { cause: error }) : error;
}

export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = toProblem(error);
  if (error instanceof AppError && error.retryAfterS !== undefined)
    reply.header("Retry-After", String(error.retryAfterS));
  else if (problem.status === 503) reply.header("Retry-After", "1");
  return reply
    .code(problem.status)
    .type("application/problem+json")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

/** Methods registered for an address, by its pattern. */
function collectRoutes(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly method: string; readonly matches: RegExp }[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    const matches = new RegExp(`^${url.replaceAll(".", "\\.").replace(/:[a-z]+/g, "[^/]+")}$`);
    for (const one of [method].flat()) routes.push({ method: one, matches });
  });
  return (path) => routes.filter(({ matches }) => matches.test(path)).map(({ method }) => method);
}

/** problem+json for everything that goes wrong; unknown errors are logged and leave as `internal`. */
export function installProblems(app: FastifyInstance): void {
  const methodsOf = collectRoutes(app);
  app.setErrorHandler((error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const told = asAppError(error);
    if (!(told instanceof AppError)) request.log.error({ err: error }, "unexpected error");
    return sendProblem(reply, told);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split("?")[0] ?? "");
    if (methods.length === 0) return sendProblem(reply, new AppError("not_found", "no such address"));
    reply.header("Allow", methods.join(", "));
    return sendProblem(reply, new AppError("method_not_allowed", `allowed here: ${methods.join(", ")}`));
  });
}
