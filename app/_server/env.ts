import "server-only";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { AppError } from "#lib/errors/app-error.ts";
import { isLoopbackName } from "./loopback.ts";

/** Where the gateway is and what the console may show it. */
export interface ConsoleEnv {
  readonly upstreamUrl: URL;
  /** Token for the upstream, or undefined where none may be sent. Read anew each time: the gateway may write it after we start. */
  readonly upstreamToken: () => Promise<string | undefined>;
}

type Variables = Readonly<Record<string, string | undefined>>;

const TOKEN_SHAPE = /^[\x21-\x7e]{1,512}$/;

/** Reads the console's variables. Throws one `internal` error with a line for every bad variable: its name, what came and what is expected. */
export function loadConsoleEnv(variables: Variables = process.env): ConsoleEnv {
  const problems: string[] = [];
  const upstreamUrl = readUpstreamUrl(variables.RECONNECTION_API_URL, problems);
  const explicitToken = variables.API_TOKEN || undefined;
  if (explicitToken !== undefined && !TOKEN_SHAPE.test(explicitToken)) {
    problems.push(
      "API_TOKEN: came with characters a header cannot carry; expected 1 to 512 printable ASCII characters",
    );
  }
  const host = variables.DASHBOARD_HOST || "127.0.0.1";
  if (!isLoopbackName(host)) {
    problems.push(`DASHBOARD_HOST: came as ${host}; expected a loopback address until sign-in exists`);
  }
  if (problems.length > 0 || upstreamUrl === undefined) throw new AppError("internal", problems.join("\n"));
  const tokenFile = resolve(/* turbopackIgnore: true */ variables.DATA_DIR || "./data", "api-token");
  return { upstreamUrl, upstreamToken: tokenReader(upstreamUrl, explicitToken, tokenFile) };
}

function readUpstreamUrl(given: string | undefined, problems: string[]): URL | undefined {
  const text = given || "http://127.0.0.1:8080";
  const url = URL.parse(text);
  const usable = url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "";
  if (usable) return url;
  problems.push("RECONNECTION_API_URL: expected http://host:port or https://host:port without a user or password");
  return undefined;
}

/** The generated token stays on this machine; only a token set by hand may leave it (DESIGN section 8). */
function tokenReader(upstream: URL, explicit: string | undefined, file: string): () => Promise<string | undefined> {
  if (explicit !== undefined) return async () => explicit;
  if (!isLoopbackName(upstream.hostname)) return async () => undefined;
  return async () => {
    const text = await readFile(file, "utf8").catch(() => "");
    return text.trim() || undefined;
  };
}

/** True under `next dev`. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === "development";
