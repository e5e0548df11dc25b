import { createServer } from "node:net";
import { SetupError } from "./say.mjs";

/** Resolves to undefined when the port can be listened on, else to the error code that says why not. */
export function probePort(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function readPort(name, fallback, env) {
  const text = env[name] ?? String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new SetupError(`${name}=${text} is not a port: a number from 1 to 65535 is expected`);
  }
  return port;
}

/** Refuses a start whose ports are taken, naming the port, its variable and a way out. */
export async function checkPorts(env, needed = ["gateway", "console"]) {
  const wanted = [
    { name: "GATEWAY_PORT", what: "gateway", port: readPort("GATEWAY_PORT", 8080, env), host: env.HOST ?? "127.0.0.1" },
    {
      name: "DASHBOARD_PORT",
      what: "console",
      port: readPort("DASHBOARD_PORT", 3000, env),
      host: env.DASHBOARD_HOST ?? "127.0.0.1",
    },
  ];
  const [gateway, dashboard] = wanted;
  if (needed.length > 1 && gateway.port === dashboard.port) {
    throw new SetupError(`GATEWAY_PORT and DASHBOARD_PORT are both ${gateway.port}: set one of them to another port`);
  }
  const script = (env.npm_lifecycle_event ?? "start").replace(/^pre/, "");
  const command = script === "start" ? "npm start" : `npm run ${script}`;
  for (const { name, what, port, host } of wanted.filter((each) => needed.includes(each.what))) {
    const reason = await probePort(port, host);
    const example = `${name}=${port + 100} ${command}`;
    if (reason === "EADDRINUSE") {
      throw new SetupError(`port ${port} (${what}) is in use: stop what holds it or choose another, e.g. ${example}`);
    }
    if (reason !== undefined) {
      throw new SetupError(`cannot listen on ${host}:${port} (${what}): ${reason}; choose another with ${name}`);
    }
  }
}
