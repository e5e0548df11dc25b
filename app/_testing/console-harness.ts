import { createRuntime, setRuntime } from "#app/_server/runtime.ts";
import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";

const HOST = "127.0.0.1:3000";

/** Points the console's routes at `url`. `timeoutMs` shortens the 2 s. */
export function useUpstream(url: string, options: { timeoutMs?: number; clock?: Clock; token?: string } = {}) {
  const runtime = createRuntime({
    env: { upstreamUrl: new URL(url), upstreamToken: async () => options.token },
    clock: options.clock ?? systemClock,
    fetch: globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 2_000,
  });
  setRuntime(runtime);
  return runtime;
}

/** A request as the console's own page in a local browser sends it. `headers` override; null removes one. */
export function ownRequest(
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string | null> } = {},
) {
  const headers = new Headers({ host: HOST, "x-forwarded-for": "127.0.0.1", "sec-fetch-site": "same-origin" });
  if (init.method !== undefined && init.method !== "GET") headers.set("origin", `http://${HOST}`);
  if (init.body !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(init.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return new Request(`http://${HOST}${path}`, {
    method: init.method ?? "GET",
    headers,
    ...(init.body === undefined ? {} : { body: typeof init.body === "string" ? init.body : JSON.stringify(init.body) }),
  });
}

/** The second argument Next gives a handler. */
export const routeContext = (params: Record<string, string> = {}) => ({ params: Promise.resolve(params) });

/** Frames read off a server-sent stream until `enough` says so; the reader is then cancelled. */
export async function readFrames(
  response: Response,
  enough: (frames: readonly SentFrame[]) => boolean,
): Promise<readonly SentFrame[]> {
  const reader = response.body?.getReader();
  if (reader === undefined) return [];
  const decoder = new TextDecoder();
  const frames: SentFrame[] = [];
  let text = "";
  while (!enough(frames)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const block of whole) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined)
        frames.push({ event, data: JSON.parse(data) as Record<string, unknown> });
    }
  }
  await reader.cancel();
  return frames;
}

export interface SentFrame {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}
