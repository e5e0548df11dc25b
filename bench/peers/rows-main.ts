// The baseline of the lists: Fastify that answers ready rows, serialised at each request. rows-main.ts FOLDER
// FOLDER holds one JSON file a path, as our gateway answered it: active.json is GET /active.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Fastify from "fastify";
import { sayListening } from "./answers.ts";

const [folder = ""] = process.argv.slice(2);
const app = Fastify();
for (const file of readdirSync(folder)) {
  const ready: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
  app.get(`/${file.replace(/\.json$/, "")}`, (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(JSON.stringify(ready)),
  );
}
await app.listen({ host: "127.0.0.1", port: 0 });
sayListening(app.server);
