import "server-only";
import type { z } from "zod";
import { AppError, toProblem } from "#lib/errors/app-error.ts";
import { parseInput, readBody } from "./read-body.ts";
import { getRuntime, type Runtime } from "./runtime.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { type Role, requireRole } from "./session.ts";

export interface RouteOptions<B extends z.ZodType, Q extends z.ZodType, P extends z.ZodType> {
  readonly role: Role;
  readonly body?: B;
  readonly query?: Q;
  /** The path's own parts. */
  readonly params?: P;
  /** Status of a good answer; 200 unless said. */
  readonly status?: number;
}

export interface RouteInput<B extends z.ZodType, Q extends z.ZodType, P extends z.ZodType> {
  readonly body: z.infer<B>;
  readonly query: z.infer<Q>;
  readonly params: z.infer<P>;
  /** Name of who acts. */
  readonly actor: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
}

interface RouteContext {
  readonly params: Promise<object>;
}

/** Parses, authorises, calls, serialises, maps errors to problem+json. Knows no route by name. A handler may answer a Response itself. */
export function withRoute<B extends z.ZodType, Q extends z.ZodType, P extends z.ZodType>(
  options: RouteOptions<B, Q, P>,
  handler: (input: RouteInput<B, Q, P>) => Promise<unknown>,
): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    let runtime: Runtime | undefined;
    try {
      const session = requireRole(request.headers, options.role);
      requireSameOrigin(request);
      runtime = getRuntime();
      const answer = await handler({
        body: options.body === undefined ? undefined : await readBody(request, options.body),
        query: options.query === undefined ? undefined : parseInput(options.query, searchFields(request)),
        params: options.params === undefined ? undefined : parseInput(options.params, await context.params),
        actor: session.name,
        headers: request.headers,
        signal: request.signal,
        runtime,
      } as RouteInput<B, Q, P>);
      const response = answer instanceof Response ? answer : Response.json(answer, { status: options.status ?? 200 });
      return mark(response, runtime);
    } catch (error) {
      return mark(problemResponse(error), runtime);
    }
  };
}

const searchFields = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

function problemResponse(error: unknown): Response {
  const problem = toProblem(error);
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (error instanceof AppError && error.retryAfterS !== undefined)
    headers.set("retry-after", String(error.retryAfterS));
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}

function mark(response: Response, runtime: Runtime | undefined): Response {
  response.headers.set("cache-control", "no-store, no-transform");
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("leash-upstream", runtime?.capability.current() ?? "down");
  return response;
}
