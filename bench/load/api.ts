import { request } from "node:http";

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;

/** One HTTP call on a connection of its own. Rejects where the gateway does not answer. */
export function call(base: string, method: "GET" | "POST", path: string, body?: object): Promise<ApiAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  const calling = request(new URL(path, base), { method, headers, agent: false, timeout: TIMEOUT_MS }, (response) => {
    let answer = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => (answer += chunk));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: answer }));
    response.on("error", reject);
  });
  calling.on("timeout", () => calling.destroy(new Error(`${path}: no answer within ${TIMEOUT_MS} ms`)));
  calling.on("error", reject);
  calling.end(text);
  return promise;
}

/** Lines of Prometheus text: `name` or `name{labels}` to value. */
export type Samples = ReadonlyMap<string, number>;

export function parseSamples(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.lastIndexOf(" ");
    samples.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return samples;
}

/** Reading resets the event-loop histogram: what comes is since the last reading. */
export async function readMetrics(base: string): Promise<Samples> {
  const { status, body } = await call(base, "GET", "/metrics");
  if (status !== 200) throw new Error(`/metrics: ${status}`);
  return parseSamples(body);
}

/** The ticket of one forced dog, undefined where the gateway did not take the order. */
export async function force(base: string, sn: string): Promise<string | undefined> {
  const { status, body } = await call(base, "POST", "/api/reconnection/force", { client_id: sn, note: "bench" });
  if (status !== 202) return undefined;
  return (JSON.parse(body) as { tickets: { ticket: string }[] }).tickets[0]?.ticket;
}
