import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayRig, until } from "#server/testing/gateway-rig.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";

/** Printable characters of every kind, so that each encoding of them is another text. */
const PASSWORD = "Sh4red~pass+word/of=the?journal!@0123456789";
const PREFIX = 12;

let server: PostgresServer;
let rig: GatewayRig;
beforeEach(async () => {
  server = await startPostgres();
  rig = await GatewayRig.create();
});
afterEach(async () => {
  await rig.close();
  await server.close();
});

/** As it may turn up: whole, its beginning, and each as URLs, JSON and headers write it. */
function disguises(secret: string): string[] {
  return [secret, secret.slice(0, PREFIX)].flatMap((text) => [
    text,
    encodeURIComponent(text),
    encodeURI(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text)
      .toString("base64")
      .slice(0, 4 * Math.floor(text.length / 3)),
    Buffer.from(text).toString("hex"),
  ]);
}

it("G34: the database's password is in no log line, error, metric or answer, whatever befalls the database", async () => {
  const url = new URL(await server.createDatabase());
  await server.run(`ALTER ROLE leash PASSWORD '${PASSWORD}'`);
  url.password = encodeURIComponent(PASSWORD);
  const env = { DATABASE_URL: url.href, LOG_LEVEL: "trace" };
  const gateway = await rig.start(env);
  const heard: string[] = [];
  const ask = async (path: string) => {
    const response = await fetch(`${rig.url}${path}`, { headers: { authorization: rig.authorization } });
    heard.push(JSON.stringify([...response.headers]), await response.text());
  };
  const paths = ["/api/fleet/summary", "/api/dogs/A/events", "/api/openapi.json", "/metrics", "/readyz", "/healthz"];
  const dog = rig.seed("A");
  await dog.until(({ answers }) => answers.length === 2);
  for (const path of paths) await ask(path);

  const befall = async (fail: () => unknown, mend: () => unknown) => {
    await fail();
    rig.seed(`B${heard.length}`);
    await until("it is noticed", 15_000, async () => (await rig.api("/readyz")).status === 503);
    for (const path of paths) await ask(path);
    await pass(700);
    await mend();
    await until("it is mended", 15_000, async () => (await rig.api("/readyz")).status === 200);
  };
  await befall(
    () => server.stop("immediate"),
    () => server.start(),
  );
  // The password changes while it runs.
  await befall(
    () => server.run("ALTER ROLE leash PASSWORD 'another'").then(server.terminateBackends),
    () => server.run(`ALTER ROLE leash PASSWORD '${PASSWORD}'`),
  );
  // A second gateway, a wrong address, a server that is not there: each start ends with a line of its own.
  const failures: string[] = [];
  const failsToStart = async (change: (bad: URL) => void) => {
    const bad = new URL(url);
    change(bad);
    const ended = await rig.start({ ...env, DATABASE_URL: bad.href }).then(
      () => "it started",
      () => rig.gateway?.stderr() ?? "",
    );
    failures.push(ended, rig.gateway?.stdout() ?? "");
    return ended;
  };
  const mine = rig.url;
  expect(await failsToStart(() => {})).toContain(`is in use by process ${gateway.pid}, gateway gw-test`);
  expect(await failsToStart((bad) => (bad.port = "1"))).toContain("ECONNREFUSED");
  expect(await failsToStart((bad) => (bad.pathname = "/none"))).toContain('database "none" does not exist');
  expect(await failsToStart((bad) => (bad.protocol = "mysql"))).toContain("DATABASE_URL=(hidden");
  expect(await failsToStart((bad) => (bad.pathname = ""))).toContain("DATABASE_URL=(hidden");
  rig.url = mine;
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);

  const files = await readdir(rig.dir);
  const kept = await Promise.all(files.map((name) => readFile(join(rig.dir, name), "latin1")));
  const rows = await server.run("SELECT string_agg(body, '') AS all FROM events", url.href);
  const said = {
    "the log": gateway.stdout(),
    "standard error": gateway.stderr(),
    answers: heard.join("\n"),
    "failed starts": failures.join("\n"),
    "the data folder": kept.join("\n"),
    "the journal": JSON.stringify(rows),
  };
  expect(said["the log"]).toContain("journal: commit failed");
  expect(said["the journal"]).toContain("dog.connected");
  const hits = Object.entries(said).flatMap(([place, text]) =>
    disguises(PASSWORD)
      .filter((disguise) => text.includes(disguise))
      .map((disguise) => `${place}: ${disguise}`),
  );
  expect(hits).toEqual([]);
});
