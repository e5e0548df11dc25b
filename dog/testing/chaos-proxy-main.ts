import { parseArgs } from "node:util";
import { startChaosControl } from "./chaos-control.ts";
import { ChaosProxy } from "./chaos-proxy.ts";

/** The chaos proxy by hand. Says where it listens; SIGINT and SIGTERM end it. */
const USAGE = `usage: npm run chaos-proxy -- --listen 9000 --target 127.0.0.1:8080 [--control 9001]
  --listen PORT        where dogs dial, on 127.0.0.1; 0 for any free port
  --target HOST:PORT   the gateway
  --control PORT       the remote control, on 127.0.0.1; default: any free port
then, for example:
  curl -s 127.0.0.1:9001 | cat
  curl -sH content-type:application/json -d '{"type":"latency","delayMs":800,"jitterMs":400}' 127.0.0.1:9001/toxics
  curl -sX DELETE 127.0.0.1:9001/toxics
toxics: latency delayMs jitterMs | slow bytesPerSecond | blackhole | limit bytes | truncate | reset afterBytes  (each: direction up, down or both)
        refuse | not_listening | tls answer: garbage or wrong_certificate`;

const { values } = parseArgs({
  options: {
    listen: { type: "string", default: "0" },
    target: { type: "string", default: "127.0.0.1:8080" },
    control: { type: "string", default: "0" },
    help: { type: "boolean", default: false },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);
const target = /^\[?([\w.:-]+?)\]?:(\d{1,5})$/.exec(values.target);
const ports = [values.listen, values.control, target?.[2] ?? ""].map(Number);
if (values.help || target === null || ports.some((port) => !Number.isInteger(port) || port < 0 || port > 65_535)) {
  say(USAGE);
  process.exit(values.help ? 0 : 2);
}
const proxy = await ChaosProxy.start({
  target: { host: target[1] ?? "127.0.0.1", port: Number(target[2]) },
  port: Number(values.listen),
});
const control = await startChaosControl(proxy, Number(values.control));
say(`chaos proxy: ${proxy.url("ws", "/ws")} -> ${values.target}, control http://127.0.0.1:${control.port}`);

async function stop(): Promise<void> {
  await Promise.all([control.close(), proxy.close()]);
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
