import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, it } from "vitest";
import { loadSecret } from "#server/auth/secrets.ts";
import { digestToken } from "#server/auth/token-digest.ts";
import { GatewayRig } from "#server/testing/gateway-rig.ts";
import { RawDog } from "#server/testing/raw-dog.ts";

/** Printable characters of every kind, so that each encoding of them is another text. */
const SECRETS = {
  shared: "Sh4red~to+ken/of=the?fleet!0123456789",
  dogA: "D0gA-own_token.of+one/robot=aaaaaaaaaaaaaaa",
  dogB: "D0gB-own_token.of+one/robot=bbbbbbbbbbbbbbb",
  api: "Ap1/token+of~the=console?and!scripts0123",
  wrongUrl: "Wr0ngUrl+token/never=valid~0123456789",
  wrongBearer: "Wr0ngBearer+token/never=valid~0123456789",
  wrongArgs: "Wr0ngArgs+token/never=valid~0123456789",
  wrongApi: "Wr0ngApi+token/never=valid~0123456789",
};
const PREFIX = 12;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A value as it may turn up: whole, its beginning, and each in the encodings of URLs, headers and JSON. */
function disguises(secret: string): string[] {
  return [secret, secret.slice(0, PREFIX)].flatMap((text) => [
    text,
    encodeURIComponent(text),
    encodeURI(text),
    JSON.stringify(text).slice(1, -1),
    // The last group of base64 depends on what follows.
    Buffer.from(text)
      .toString("base64")
      .slice(0, 4 * Math.floor(text.length / 3)),
    Buffer.from(text)
      .toString("base64url")
      .slice(0, 4 * Math.floor(text.length / 3)),
    Buffer.from(text).toString("hex"),
  ]);
}

function dump(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const text = tables.map(({ name }) => JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all())).join("\n");
  db.close();
  return text;
}

it("G34: no token, right or wrong, turns up in a log line, the database, a metric, an error or an answer", async () => {
  const rig = await GatewayRig.create();
  open.push(rig);
  const pepper = loadSecret(rig.dir, "dog-token-pepper");
  const digests = [SECRETS.dogA, SECRETS.dogB].map((token) => digestToken(pepper, token).toString("hex"));
  const tokensFile = join(rig.dir, "dogs.json");
  await writeFile(
    tokensFile,
    JSON.stringify({ dogs: digests.map((digest, n) => ({ sn: `own-${n}`, digests: [digest] })) }),
  );
  const { stdout, stderr } = await rig.start({
    LOG_LEVEL: "trace",
    DOG_SHARED_TOKEN: SECRETS.shared,
    DOG_TOKENS_FILE: tokensFile,
    API_TOKEN: SECRETS.api,
  });
  const port = Number(new URL(rig.url).port);
  const heard: string[] = [];

  const dog = async (path: string, headers: Record<string, string>, say: (dog: RawDog) => unknown = () => {}) => {
    const raw = new RawDog(port);
    open.push({ close: () => raw.stop() });
    await raw.open(path, headers);
    await say(raw);
    heard.push(raw.text);
    return raw;
  };
  const query = (token: string) => `/ws?token=${encodeURIComponent(token)}`;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const frame = (text: string) => async (raw: RawDog) => {
    const before = raw.received.length;
    raw.frame(0x1, text);
    await raw.until(({ received, closed, ended }) => received.length > before || closed || ended);
  };
  const login = (sn: string, token: string) => (raw: RawDog) => raw.login(sn, token);

  // Right, in every place a dog may put it; escaped, as Leash dogs do, and raw, as the seed's client does.
  await dog(query(SECRETS.shared), {}, login("shared-1", SECRETS.shared));
  await dog(`/ws?token=${SECRETS.shared}`, {}, login("shared-2", SECRETS.shared));
  await dog("/ws", bearer(SECRETS.shared), login("shared-3", SECRETS.shared));
  await dog("/ws", bearer(SECRETS.dogA), login("own-0", SECRETS.dogA));
  await dog(query(SECRETS.dogB), {}, login("own-1", SECRETS.dogB));
  // Wrong, in each of them; a dog's token for another dog; in places where no token belongs.
  await dog(query(SECRETS.wrongUrl), {});
  await dog(`/ws?token=${SECRETS.wrongUrl}&x=1#${SECRETS.wrongUrl}`, {});
  await dog("/ws", bearer(SECRETS.wrongBearer));
  await dog("/ws", { authorization: `Basic ${Buffer.from(`dog:${SECRETS.shared}`).toString("base64")}` });
  await dog("/ws", bearer(SECRETS.shared), login("shared-1", SECRETS.wrongArgs));
  await dog("/ws", bearer(SECRETS.shared), login("own-0", SECRETS.dogB));
  await dog(`/ws/${encodeURIComponent(SECRETS.shared)}`, {});
  await dog(query(SECRETS.shared), { origin: "http://evil.example", cookie: `token=${SECRETS.api}` });
  await dog("/ws", { ...bearer(SECRETS.shared), "sec-websocket-version": "7" });
  await dog("/ws", { ...bearer(SECRETS.shared), "sec-websocket-key": SECRETS.shared });
  const args = { app_id: "app", sn: "bad sn!", token: SECRETS.wrongArgs, timestamp: "1" };
  for (const text of [
    `{"op":"galbot_request","service":"/api/user/login","args":{"token":"${SECRETS.shared}"`,
    JSON.stringify({ op: "galbot_request", service: "/api/user/login", args, request_id: "1" }),
    JSON.stringify({
      op: "galbot_request",
      service: "/api/user/login",
      args: { ...args, token: { a: SECRETS.wrongArgs } },
    }),
    JSON.stringify({ op: "galbot_request", service: "/api/none", args: { token: SECRETS.shared }, request_id: "2" }),
    SECRETS.shared,
  ]) {
    await dog("/ws", bearer(SECRETS.shared), frame(text));
  }
  await dog("/ws", bearer(SECRETS.shared), (raw) => {
    raw.frame(0x2, SECRETS.shared);
    return raw.until(({ closed, ended, closeCode }) => closed || ended || closeCode !== undefined);
  });

  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${rig.url}${path}`, init);
    heard.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  };
  const json = (body: string, token = SECRETS.api): RequestInit => ({
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body,
  });
  const paths = [
    ...["/api/fleet/summary", "/api/fleet/stats", "/api/fleet/events", "/api/dogs", "/api/policy", "/api/openapi.json"],
    ...["/api/reconnection/active", "/api/reconnection/active.csv", "/api/dogs/shared-1", "/api/dogs/own-0/events"],
    ...["/metrics", "/healthz", "/readyz", "/api/nothing", `/api/nothing?token=${encodeURIComponent(SECRETS.api)}`],
    `/api/nothing/${encodeURIComponent(SECRETS.api)}`,
    `/api/dogs/%zz?token=${encodeURIComponent(SECRETS.api)}`,
  ];
  for (const path of paths) {
    await ask(path, { headers: bearer(SECRETS.api) });
    await ask(path, { headers: bearer(SECRETS.wrongApi) });
    await ask(path, { headers: { authorization: `Basic ${Buffer.from(SECRETS.api).toString("base64")}` } });
    await ask(path, { headers: { ...bearer(SECRETS.wrongApi), "x-forwarded-for": "1.2.3.4" } });
  }
  await ask("/api/reconnection/status", json(`{"token":"${SECRETS.api}",`));
  await ask("/api/reconnection/status", json(JSON.stringify({ client_id: 7, token: SECRETS.api })));
  await ask("/api/reconnection/force", json(JSON.stringify({ client_id: "shared-2", note: "by hand" })));
  await ask("/api/reconnection/force", json(JSON.stringify({ client_id: "shared-2" }), SECRETS.wrongApi));
  await ask("/api/dogs/own-1/retire", json("{}"));
  expect(await ask("/api/reconnection/cleanup", json("{}"))).toBe(200);
  rig.gateway?.child.kill("SIGHUP");
  for (const path of paths) await ask(path, { headers: bearer(SECRETS.api) });
  const stream = await fetch(`${rig.url}/api/events`, { headers: bearer(SECRETS.api) });
  for await (const chunk of stream.body ?? []) {
    heard.push(Buffer.from(chunk).toString());
    break;
  }
  const { child, ended } = rig.gateway ?? {};
  child?.kill("SIGTERM");
  expect(await ended).toBe(0);

  // A second start that fails says why without saying what.
  const failing = await rig
    .start({ API_TOKEN: SECRETS.api, TRUSTED_PROXIES: SECRETS.api, DOG_SHARED_TOKEN: "x y" })
    .then(
      () => "started",
      () => rig.gateway?.stderr() ?? "",
    );
  const journal = (await readdir(rig.dir)).filter((name) => name.startsWith("journal"));
  const files = await Promise.all(journal.map((name) => readFile(join(rig.dir, name), "latin1")));
  const said: Record<string, string> = {
    "the log": stdout(),
    "standard error": stderr(),
    "answers and errors": heard.join("\n"),
    "a failed start": failing,
    "the database": [dump(join(rig.dir, "journal.db")), ...files].join("\n"),
  };
  expect(stdout()).toContain("the gateway listens");
  expect(said["the database"]).toContain("shared-1");
  const hits: string[] = [];
  for (const [name, secret] of [...Object.entries(SECRETS), ["pepper", pepper] as const]) {
    for (const [place, text] of Object.entries(said)) {
      for (const disguise of disguises(secret))
        if (text.includes(disguise)) hits.push(`${name} in ${place}: ${disguise}`);
    }
  }
  expect(hits).toEqual([]);
});
