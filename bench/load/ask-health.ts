import { request } from "node:http";

const WITHIN_MS = 5_000;

/** Is the service well? No answer within 5 s means no. */
export function askHealth(host: string, port: number, told: (isWell: boolean) => void): void {
  const asking = request({ host, port, path: "/healthz", agent: false, timeout: WITHIN_MS }, (response) => {
    response.resume();
    told(response.statusCode === 200);
  });
  asking.on("timeout", () => asking.destroy());
  asking.on("error", () => told(false));
  asking.end();
}
