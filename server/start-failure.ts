import type { Config } from "./config.ts";

/** Why the gateway did not start, in one line an operator can act on. */
export function startFailure(error: unknown, config: Pick<Config, "host" | "gatewayPort" | "dataDir">): string {
  const message = error instanceof Error ? error.message : String(error);
  const where = `${config.host}:${config.gatewayPort}`;
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return `${where} is in use; stop what listens there or set GATEWAY_PORT to another port`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${config.host} is no address of this machine; set HOST to one that is`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `not permitted (${message}); check who may write ${config.dataDir}, or set GATEWAY_PORT to 1024 or more`;
    case "ENOSPC":
      return `no space left for ${config.dataDir}`;
    default:
      return message;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
