import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, it } from "vitest";
import { GatewayRig, RIG_API_TOKEN, RIG_TOKEN } from "#server/testing/gateway-rig.ts";
import { RawDog } from "#server/testing/raw-dog.ts";

/** What would forge a line, a colour, an end of text, a direction, or fill a disk. */
const HOSTILE: Readonly<Record<string, string>> = {
  newline: 'x\r\n{"level":"fatal","msg":"forged"}\n',
  ansi: "\u001b[31mred\u001b]0;title\u0007",
  nul: "a\u0000b",
  c1: "a\u009b31m\u0085b",
  bidi: "abc\u202etxt.exe\u2066\u200f",
  separators: "a\u2028b\u2029c",
  surrogates: "a\ud800b\udc00",
  markup: "<script>alert(1)</script>=cmd|' /C calc'!A0",
  controls: "\n".repeat(250),
  long: "L".repeat(100_000),
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const RAW_CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
/** An operator's note may be longer, and the seed's label stands before the raw error. */
const LONGEST: Readonly<Record<string, number>> = { note: 500, failure_reason: 256 + "未知错误: ".length };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Every string in a value, keys included, with where it stands. */
function* strings(value: unknown, where = ""): Generator<readonly [string, string]> {
  if (typeof value === "string") yield [where, value];
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield [`${where}.(key)`, key];
      yield* strings(inner, `${where}.${key}`);
    }
  }
}

/** What is wrong with the texts of a value: control characters, halves of characters, more than 256 characters. */
function faults(value: unknown, name: string): string[] {
  return [...strings(value)].flatMap(([where, text]) => {
    const longest = LONGEST[where.slice(where.lastIndexOf(".") + 1)] ?? 256;
    const bad = RAW_CONTROL.test(text) || !text.isWellFormed() || text.length > longest;
    return bad ? [`${name}${where}: ${JSON.stringify(text.slice(0, 60))} (${text.length})`] : [];
  });
}

/** A request by hand, bytes as they are; resolves with what came back once the connection ended. */
async function rawRequest(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve(answer));
  socket.end(text, "latin1");
  return promise;
}

it("G35: whatever a dog, a caller or an operator says, logs are one JSON line an event, and nothing raw or long is kept", async () => {
  const rig = await GatewayRig.create();
  open.push(rig);
  const { stdout, stderr } = await rig.start({ LOG_LEVEL: "trace" });
  const port = Number(new URL(rig.url).port);
  const bearer = { authorization: `Bearer ${RIG_TOKEN}` };
  const problems: string[] = [];
  const check = (text: string, name: string) => {
    const body = text.slice(text.indexOf("\r\n\r\n") + 1).trimStart();
    if (body.startsWith("{")) problems.push(...faults(JSON.parse(body), name));
  };

  const say = async (args: Record<string, unknown>, more: object = {}) => {
    const raw = new RawDog(port);
    open.push({ close: () => raw.stop() });
    await raw.open("/ws", bearer);
    const login = { app_id: "app", token: RIG_TOKEN, sn: "dog", timestamp: "1", ...args };
    raw.frame(
      0x1,
      JSON.stringify({ op: "galbot_request", service: "/api/user/login", args: login, request_id: "1", ...more }),
    );
    await raw.until(({ text, closed, ended }) => text.includes("galbot_response") || closed || ended);
    return raw;
  };

  for (const [kind, text] of Object.entries(HOSTILE)) {
    const short = text.slice(0, 64);
    await say({ sn: text });
    await say({ sn: `app-${kind}`, app_id: short });
    await say({ sn: `client-${kind}`, client: text.slice(0, 256) });
    await say({ sn: `network-${kind}`, network: short, firmware: short });
    await say({ sn: `labels-${kind}`, labels: { site: short, [short]: short } });
    const outage = { id: short, dials: 1, duration_ms: 1_000, last_error: text.slice(0, 256) };
    const raw = await say({ sn: `outage-${kind}`, outage });
    // A close reason is the dog's own text too: two bytes of code and at most 123 of reason.
    const reason = Buffer.from(text.slice(0, 100)).subarray(0, 123);
    raw.frame(0x8, Buffer.concat([Buffer.from([0x0f, 0xa5]), reason]));
    await say({ sn: `req-${kind}` }, { request_id: text.slice(0, 128), service: text.slice(0, 128) || "x" });
    await say({ sn: `over-${kind}`, app_id: text.repeat(300), client: text.repeat(300) });
    const bare = new RawDog(port);
    open.push({ close: () => bare.stop() });
    await bare.open("/ws", bearer);
    bare.frame(0x1, text.slice(0, 60_000));
    bare.frame(0x9, text.slice(0, 100));

    const inHeader = text.slice(0, 4_000);
    for (const request of [
      `GET /ws HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${inHeader}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      `GET /${inHeader} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      `GET /api/nothing/${encodeURIComponent(inHeader.toWellFormed())} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      `GET /api/dogs HTTP/1.1\r\nHost: ${inHeader}\r\nX-Forwarded-For: ${inHeader}\r\nX-Anything: ${inHeader}\r\nConnection: close\r\n\r\n`,
      `GET /ws?token=x HTTP/1.1\r\nHost: localhost\r\nOrigin: ${inHeader}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${inHeader}\r\n\r\n`,
    ]) {
      check(await rawRequest(port, request), `request ${kind}`);
    }
    const actor = encodeURIComponent(text.toWellFormed()).slice(0, 6_000);
    const ask = async (path: string, body: unknown) => {
      const headers = {
        authorization: `Bearer ${RIG_API_TOKEN}`,
        "content-type": "application/json",
        "x-leash-actor": actor,
      };
      const response = await fetch(`${rig.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      check(await response.text(), `${path} ${kind}`);
      return response.status;
    };
    expect(await ask("/api/reconnection/force", { client_id: `app-${kind}`, note: text.slice(0, 500) })).toBe(202);
    expect(await ask("/api/reconnection/force", { client_id: text, note: text })).toBeOneOf([400, 413]);
    expect(await ask("/api/reconnection/active", { q: text, [short]: short })).toBeOneOf([400, 413]);
    expect(await ask(`/api/dogs/client-${kind}/retire`, { note: text })).toBe(text.length > 500 ? 413 : 200);
    await ask(`/api/dogs/${encodeURIComponent(short.toWellFormed())}/retire`, { note: short });
  }

  for (const path of [
    "/api/dogs",
    "/api/reconnection/active",
    "/api/fleet/events",
    "/api/fleet/summary",
    "/api/reconnection/force?client_id=app-bidi",
    "/api/dogs/outage-controls",
    "/api/dogs/labels-newline",
  ]) {
    const { status, body } = await rig.api(path);
    expect([path, status]).toEqual([path, 200]);
    problems.push(...faults(body, path));
  }
  expect(await rig.stop()).toBe(0);

  const db = new DatabaseSync(join(rig.dir, "journal.db"), { readOnly: true });
  for (const { body, ...envelope } of db.prepare("SELECT * FROM events").all()) {
    problems.push(...faults({ ...envelope, body: JSON.parse(String(body)) }, `journal ${envelope.type}`));
  }
  db.close();
  const lines = stdout().split("\n").slice(0, -1);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) problems.push(...faults(JSON.parse(line), "log"));
  expect(lines.filter((line) => RAW_CONTROL.test(line))).toEqual([]);
  expect(lines.some((line) => line.includes('"msg":"forged"'))).toBe(false);
  expect(stderr()).toBe("");
  expect(problems).toEqual([]);
});
