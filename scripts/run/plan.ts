import { randomBytes } from "node:crypto";
import type { ChildSpec } from "./child.ts";

export type Mode = "start" | "demo" | "dev" | "console";

export interface Step extends ChildSpec {
  /** Answers below 500 once the process is ready; undefined for one nobody waits for. */
  readonly readyUrl: string | undefined;
  readonly readyWithinMs: number;
}

export interface Plan {
  /** In the order they start; they stop in the opposite order. */
  readonly steps: readonly Step[];
  /** What is printed once everything answers. */
  readonly banner: readonly string[];
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const DEMO_DOGS = 200;

/** A host as a browser on this machine can dial it. */
function dialable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/**
 * What `mode` runs, with which environment. What the operator set wins over every default here. `fleetLog`: where the
 * demo's dogs write down what they do.
 * Throws an Error with one line when the console would be reachable from outside.
 */
export function makePlan(mode: Mode, given: NodeJS.ProcessEnv, fleetLog?: string): Plan {
  const host = given.HOST ?? "127.0.0.1";
  const gatewayPort = given.GATEWAY_PORT ?? "8080";
  const consoleHost = given.DASHBOARD_HOST ?? "127.0.0.1";
  const consolePort = given.DASHBOARD_PORT ?? "3000";
  if (!LOOPBACK.has(consoleHost)) {
    throw new Error(`DASHBOARD_HOST=${consoleHost}: the console has no sign-in yet and listens on loopback only`);
  }
  const gatewayUrl = `http://${dialable(host)}:${gatewayPort}`;
  const consoleUrl = `http://${dialable(consoleHost)}:${consolePort}`;
  const dogsUrl = `${gatewayUrl.replace(/^http/, "ws")}/ws`;
  const shared: NodeJS.ProcessEnv = {
    RECONNECTION_API_URL: gatewayUrl,
    NEXT_TELEMETRY_DISABLED: "1",
    ...(mode === "demo" ? { DATA_DIR: "data/demo", DOG_SHARED_TOKEN: randomBytes(24).toString("hex") } : {}),
    ...given,
    NODE_ENV: mode === "dev" ? "development" : "production",
  };
  const gateway: Step = {
    name: "gateway",
    args: [
      ...(mode === "dev" ? ["--watch-path=server", "--watch-path=lib", "--watch-preserve-output"] : []),
      "server/main.ts",
    ],
    env: shared,
    graceMs: 40_000,
    readyUrl: `${gatewayUrl}/healthz`,
    readyWithinMs: 30_000,
  };
  const dashboard: Step = {
    name: "console",
    args: ["node_modules/next/dist/bin/next", mode === "dev" ? "dev" : "start", "-H", consoleHost, "-p", consolePort],
    env: shared,
    graceMs: 3_000,
    readyUrl: consoleUrl,
    readyWithinMs: 120_000,
  };
  const fleetArgs = ["--dogs", String(DEMO_DOGS), "--profile", "unstable", "--seed", "1", "--url", dogsUrl];
  const fleet: Step = {
    name: "fleet",
    args: ["dog/fleet/main.ts", ...fleetArgs, ...(fleetLog === undefined ? [] : ["--log", fleetLog])],
    env: shared,
    graceMs: 10_000,
    readyUrl: undefined,
    readyWithinMs: 0,
  };
  return { steps: stepsOf(mode, gateway, dashboard, fleet), banner: bannerOf(mode, consoleUrl, shared, dogsUrl) };
}

function stepsOf(mode: Mode, gateway: Step, dashboard: Step, fleet: Step): readonly Step[] {
  if (mode === "console") return [dashboard];
  return mode === "demo" ? [gateway, dashboard, fleet] : [gateway, dashboard];
}

function bannerOf(mode: Mode, consoleUrl: string, env: NodeJS.ProcessEnv, dogsUrl: string): readonly string[] {
  return [
    `Leash is ready: ${consoleUrl}`,
    mode === "console"
      ? `  it shows ${env.RECONNECTION_API_URL}`
      : `  gateway ${dogsUrl.replace(/^ws/, "http").replace(/\/ws$/, "")}, dogs dial ${dogsUrl}`,
    ...(mode === "demo" ? [`  ${DEMO_DOGS} simulated dogs on an unstable network, seed 1`] : []),
    "  Ctrl+C stops everything.",
  ];
}
