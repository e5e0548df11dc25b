import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { startChaosControl } from "./chaos-control.ts";
import { ChaosProxy } from "./chaos-proxy.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});

async function ask(port: number, method: string, path: string, body?: object | string) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { "content-type": typeof body === "string" ? "text/plain" : "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it("D91: toxics come and go by HTTP; what is none is refused with a reason, what a page may post is refused unread", async () => {
  const proxy = await ChaosProxy.start({ target: { host: "127.0.0.1", port: 1 } });
  undo.push(() => proxy.close());
  const { port, close } = await startChaosControl(proxy);
  undo.push(close);
  const added = await ask(port, "POST", "/toxics", { type: "latency", delayMs: 50 });
  expect(added).toMatchObject({ status: 201, body: { type: "latency", delayMs: 50, jitterMs: 0, direction: "both" } });
  expect((await ask(port, "GET", "/")).body.toxics).toHaveLength(1);
  expect(await ask(port, "POST", "/toxics", { type: "latency" })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining("delayMs") },
  });
  expect((await ask(port, "POST", "/toxics", '{"type":"refuse"}')).status).toBe(415);
  expect((await ask(port, "DELETE", "/toxics/none-1")).status).toBe(404);
  expect((await ask(port, "DELETE", `/toxics/${added.body.id}`)).body.toxics).toEqual([]);
  expect((await ask(port, "POST", "/cut?how=reset", {})).status).toBe(200);
  expect((await ask(port, "POST", "/cut?how=gently", {})).status).toBe(400);
});

it("D91: run by hand it says where it listens, carries bytes and ends by a signal", async () => {
  const target = createServer((socket) => socket.on("error", () => {}).end("hello"));
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
  undo.push(() => target.close());
  const address = target.address();
  const main = new URL("./chaos-proxy-main.ts", import.meta.url).pathname;
  const to = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const child = spawn(process.execPath, [main, "--listen", "0", "--target", to], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  undo.push(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  const [, port = "", control = ""] = /:(\d+)\/ws.*:(\d+)/.exec(String(line)) ?? [];
  const [said] = await once(connect(Number(port), "127.0.0.1"), "data");
  expect(String(said)).toBe("hello");
  expect((await ask(Number(control), "GET", "/")).body).toMatchObject({ accepted: 1, target: to });
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
