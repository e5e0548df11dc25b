import { z } from "zod";
import { feedEvent, outageRecord } from "#lib/contracts/fleet.ts";
import { problem } from "#lib/contracts/shared.ts";

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: unknown }>>;
}
interface Operation {
  readonly responses?: Readonly<Record<string, Answer>>;
}
/** What is touched of an OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

const PROBLEM: Answer = {
  description: "What went wrong: a stable `code`, and every bad field in `errors`",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
/** Answers that are no JSON and so have no schema. */
const TEXT_OF: Readonly<Record<string, string>> = {
  "/api/events": "text/event-stream",
  "/metrics": "text/plain",
};
/** Answers that are streamed: no serializer sees them whole. */
const STREAMED: Readonly<Record<string, z.ZodType>> = {
  "/api/fleet/outages.json": z.array(outageRecord),
  "/api/fleet/events.json": z.array(feedEvent),
  "/api/dogs/{sn}/events.json": z.array(feedEvent),
};

function answersOf(path: string, given: Operation["responses"] = {}): Record<string, Answer> {
  const text = path.endsWith(".csv") ? "text/csv" : TEXT_OF[path];
  const streamed = STREAMED[path];
  const answers = Object.entries(given).map(([status, answer]): [string, Answer] => {
    if (path.startsWith("/api/") && Number(status) >= 400) return [status, PROBLEM];
    if (streamed) {
      return [
        status,
        { description: "As asked", content: { "application/json": { schema: z.toJSONSchema(streamed) } } },
      ];
    }
    if (text === undefined) return [status, { ...answer, description: "As asked" }];
    return [status, { description: "As asked", content: { [text]: { schema: { type: "string" } } } }];
  });
  return { ...Object.fromEntries(answers), default: PROBLEM };
}

/** The generated document with what generation cannot know: every operation may answer a problem, some answer text. */
export function completeOpenApi(document: OpenApiDocument): OpenApiDocument {
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        { ...operation, responses: answersOf(path, operation.responses) },
      ]),
    ),
  ]);
  const schemas = { ...document.components?.schemas, Problem: z.toJSONSchema(problem) };
  return { ...document, paths: Object.fromEntries(paths), components: { ...document.components, schemas } };
}
