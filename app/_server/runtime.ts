import "server-only";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { createBasicSource } from "./basic/basic-source.ts";
import { type Capability, createCapability } from "./capability.ts";
import { systemClock } from "./clock.ts";
import { type ConsoleEnv, loadConsoleEnv } from "./env.ts";
import type { FleetSource } from "./fleet-source.ts";
import { createFullSource } from "./full-source.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

const UPSTREAM_TIMEOUT_MS = 2_000;
const REDECIDE_MS = 30_000;
const STREAMS_PER_OPERATOR = 6;

export interface RuntimeOptions {
  readonly env: ConsoleEnv;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** Everything the console server holds while it runs: one per process. */
export interface Runtime {
  readonly clock: Clock;
  readonly capability: Capability;
  /** The adapter for what the upstream is now. Throws when it was never reached, or when a due probe fails. */
  source(): Promise<FleetSource>;
  /** Open streams by operator, against a browser that leaks them. */
  readonly streams: StreamLimit;
}

export interface StreamLimit {
  /** Takes a place or throws `rate_limited`; call the result to give it back. */
  take(operator: string): () => void;
}

export function createRuntime({ env, clock, fetch, timeoutMs }: RuntimeOptions): Runtime {
  const capability = createCapability({ clock, redecideMs: REDECIDE_MS, probe: () => probe(upstream) });
  const upstream = createUpstream({
    url: env.upstreamUrl,
    token: env.upstreamToken,
    fetch,
    clock,
    timeoutMs,
    onAnswer: capability.answered,
    onUnreachable: capability.unreachable,
  });
  const full = createFullSource(upstream);
  const basic = createBasicSource({ upstream, clock });
  return {
    clock,
    capability,
    source: async () => ((await capability.decide()) === "full" ? full : basic),
    streams: createStreamLimit(STREAMS_PER_OPERATOR),
  };
}

/** `active` is the one question both kinds of upstream answer without changing anything; a Go service may know it by POST alone. */
async function probe(upstream: Upstream): Promise<void> {
  try {
    await upstream.json("/api/reconnection/active?limit=1");
  } catch (error) {
    const isRefused =
      error instanceof AppError && !error.code.startsWith("upstream_un") && error.code !== "upstream_timeout";
    if (!isRefused) throw error;
    await upstream.json("/api/reconnection/active", { method: "POST", body: { limit: 1 } });
  }
}

function createStreamLimit(most: number): StreamLimit {
  const open = new Map<string, number>();
  return {
    take(operator) {
      const held = open.get(operator) ?? 0;
      if (held >= most) throw new AppError("rate_limited", `${most} live streams are open already`, { retryAfterS: 2 });
      open.set(operator, held + 1);
      let isHeld = true;
      return () => {
        if (isHeld) open.set(operator, (open.get(operator) ?? 1) - 1);
        isHeld = false;
      };
    },
  };
}

const RUNTIME = Symbol.for("leash.console.runtime");

/** Next bundles pages and routes apart, so a module variable would be one per bundle: the process holds it. */
const holder: typeof globalThis & { [RUNTIME]?: Runtime | undefined } = globalThis;

/** The process's runtime, made from its environment at the first call. */
export function getRuntime(): Runtime {
  holder[RUNTIME] ??= createRuntime({
    env: loadConsoleEnv(),
    clock: systemClock,
    fetch: globalThis.fetch,
    timeoutMs: UPSTREAM_TIMEOUT_MS,
  });
  return holder[RUNTIME];
}

/** Puts another runtime in place, for tests; undefined makes the next call read the environment again. */
export function setRuntime(runtime: Runtime | undefined): void {
  holder[RUNTIME] = runtime;
}
