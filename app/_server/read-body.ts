import "server-only";
import type { z } from "zod";
import { AppError } from "#lib/errors/app-error.ts";
import { parseJson } from "#lib/protocol/codec.ts";

const LARGEST_BODY_BYTES = 64 * 1024;

/** The request's JSON against `schema`; an empty body is `{}`. Throws `payload_too_large` or `invalid_input` naming each bad field. */
export async function readBody<S extends z.ZodType>(request: Request, schema: S): Promise<z.infer<S>> {
  const text = await readLimited(request);
  const json = parseJson(text === "" ? "{}" : text);
  if (!json.ok) throw new AppError("invalid_input", `the body is ${json.reason}`);
  return parseInput(schema, json.message);
}

/** `value` against `schema`. Throws `invalid_input` naming each bad field. */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    field: issue.path.join(".") || "request",
    message: issue.message,
  }));
  const named = fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw new AppError("invalid_input", named, { fields });
}

async function readLimited(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > LARGEST_BODY_BYTES) throw tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_BODY_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = () => new AppError("payload_too_large", "the body may hold 64 KiB at most");
