import http from "node:http";
import https from "node:https";
import { connectionOptions } from "./connection-options.ts";
import type { PollHealth } from "./dial.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * Asks once whether a server takes dogs. 2xx is healthy; so is any other answer below 500 but 429: a server without
 * `/healthz` that answers at all is dialed rather than waited for. The body is never read.
 */
export const pollHealth: PollHealth = (url, { timeoutMs, ...connection }, done) => {
  const aborter = new AbortController();
  let isOver = false;
  const answer = (healthy: boolean, waitMs: number | null = null) => {
    if (isOver) return;
    isOver = true;
    done(healthy, waitMs);
    aborter.abort();
  };
  try {
    const target = healthUrl(url);
    const { get } = target.protocol === "https:" ? https : http;
    const signal = AbortSignal.any([aborter.signal, AbortSignal.timeout(timeoutMs)]);
    get(target, { ...connectionOptions(connection), agent: false, signal }, (response) => {
      response.on("error", () => {});
      const { statusCode = 500, headers } = response;
      answer(statusCode < 500 && statusCode !== 429, retryAfterMs(headers));
    }).on("error", () => answer(false));
  } catch {
    queueMicrotask(() => answer(false));
  }
  return () => {
    isOver = true;
    aborter.abort();
  };
};

/** `wss://host:port/any?thing` -> `https://host:port/healthz`. */
export function healthUrl(url: string): URL {
  const target = new URL("/healthz", url);
  target.protocol = target.protocol === "wss:" ? "https:" : "http:";
  target.username = "";
  target.password = "";
  return target;
}
