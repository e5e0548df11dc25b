import "server-only";
import type { z } from "zod";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { decodeValue, parseJson } from "#lib/protocol/codec.ts";
import { isAnsweredLate, startDeadline } from "./deadline.ts";
import { upstreamProblem } from "./upstream-problem.ts";

const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

export interface UpstreamOptions {
  readonly url: URL;
  readonly token: () => Promise<string | undefined>;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Told of every 2xx: whether it carried `Leash-Version`. */
  readonly onAnswer: (hasVersion: boolean) => void;
  /** Told when no answer came, or none that can be used. */
  readonly onUnreachable: () => void;
}

export interface UpstreamRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  /** Name of the operator who acts, told to the gateway. */
  readonly actor?: string;
  readonly accept?: string;
  readonly lastEventId?: string | undefined;
  readonly signal?: AbortSignal;
  /** Instead of the usual time for an answer. */
  readonly timeoutMs?: number;
}

export type Upstream = ReturnType<typeof createUpstream>;

/**
 * The gateway's HTTP API. Every call ends within `timeoutMs` (for streams: until the headers), else `upstream_timeout`; no answer is
 * `upstream_unavailable`, an answer that is not what was asked `upstream_invalid`. The gateway's own problems keep their code.
 */
export function createUpstream(options: UpstreamOptions) {
  /** The answer's JSON as it came. */
  async function json(path: string, request: UpstreamRequest = {}): Promise<unknown> {
    const deadline = startDeadline(options.clock, timeOf(options, request), request.signal);
    try {
      const response = await send(options, path, request, deadline.signal);
      const text = await readText(response);
      noteAnswer(options, response);
      if (!response.ok) throw upstreamProblem(response, text);
      const parsed = parseJson(text);
      if (!parsed.ok)
        throw new AppError("upstream_invalid", `the gateway's answer to ${pathOnly(path)} is ${parsed.reason}`);
      return parsed.message;
    } catch (error) {
      throw translate(error, deadline.signal, options, request);
    } finally {
      deadline.stop();
    }
  }

  /** The answer's JSON, parsed against `schema`. */
  async function get<S extends z.ZodType>(schema: S, path: string, request: UpstreamRequest = {}): Promise<z.infer<S>> {
    const decoded = decodeValue(schema, await json(path, request));
    if (decoded.ok) return decoded.message;
    throw new AppError(
      "upstream_invalid",
      `the gateway's answer to ${pathOnly(path)} has a bad field: ${decoded.reason}`,
    );
  }

  /** The answer's bytes as they come. The deadline covers the headers; the caller's signal ends the body. */
  async function stream(path: string, request: UpstreamRequest): Promise<ReadableStream<Uint8Array>> {
    const deadline = startDeadline(options.clock, timeOf(options, request), request.signal);
    try {
      const response = await send(options, path, request, deadline.signal);
      noteAnswer(options, response);
      if (!response.ok || response.body === null) throw upstreamProblem(response, await readText(response));
      return response.body;
    } catch (error) {
      throw translate(error, deadline.signal, options, request);
    } finally {
      deadline.stop();
    }
  }

  return { json, get, stream };
}

const timeOf = (options: UpstreamOptions, request: UpstreamRequest): number => request.timeoutMs ?? options.timeoutMs;

async function send(
  options: UpstreamOptions,
  path: string,
  request: UpstreamRequest,
  signal: AbortSignal,
): Promise<Response> {
  const token = await options.token();
  const headers = new Headers({ accept: request.accept ?? "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (request.actor !== undefined) headers.set("x-leash-actor", headerText(request.actor));
  if (request.lastEventId !== undefined) headers.set("last-event-id", request.lastEventId);
  if (request.body !== undefined) headers.set("content-type", "application/json");
  return options.fetch(new URL(path, options.url), {
    method: request.method ?? "GET",
    headers,
    signal,
    cache: "no-store",
    redirect: "manual",
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_ANSWER_BYTES)
      throw new AppError("upstream_invalid", "the gateway's answer is larger than 64 MiB");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Only a 2xx without the header says *basic*: a refusal may come from anything in between. */
function noteAnswer(options: UpstreamOptions, response: Response): void {
  const hasVersion = response.headers.has("leash-version");
  if (response.ok || hasVersion) options.onAnswer(hasVersion);
}

function translate(error: unknown, signal: AbortSignal, options: UpstreamOptions, request: UpstreamRequest): unknown {
  if (error instanceof AppError) {
    if (error.code === "upstream_unavailable") options.onUnreachable();
    return error;
  }
  if (isAnsweredLate(signal)) {
    options.onUnreachable();
    return new AppError("upstream_timeout", `the gateway did not answer in ${timeOf(options, request) / 1_000} s`, {
      cause: error,
    });
  }
  if (signal.aborted) return error;
  options.onUnreachable();
  return new AppError("upstream_unavailable", "the gateway cannot be reached", { cause: error });
}

/** A name as a header can carry it: printable ASCII as it is, all else percent-encoded. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

/** A path without its query, which may hold what an operator typed. */
function pathOnly(path: string): string {
  return path.split("?", 1)[0] ?? path;
}
