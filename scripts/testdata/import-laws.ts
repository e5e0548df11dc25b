/** Files of a house that keeps every law: the counterpart of each violation below. */
export const allowed: Readonly<Record<string, string>> = {
  "lib/contracts/dogs.ts": `import { z } from "zod";\nexport const dog = z;\nexport type Dog = typeof dog;\n`,
  "lib/protocol/messages.ts": `import { z } from "zod";\nexport const message = z;\n`,
  "lib/protocol/close-codes.ts": `export const CLOSE = 1;\n`,
  "lib/fleet/fold.ts": `import type { Dog } from "#lib/contracts/dogs.ts";\nimport { CLOSE } from "#lib/protocol/close-codes.ts";\nexport const fold = (dog: Dog) => [dog, CLOSE];\n`,
  "lib/fleet/fold.test.ts": `import "vitest";\nimport { build } from "#lib/testing/build.ts";\nimport { fold } from "./fold.ts";\nfold(build);\n`,
  "lib/testing/build.ts": `import "vitest";\nexport const build = 1;\n`,
  "server/transport/socket.ts": `import ws from "ws";\nimport { createServer } from "node:http";\nexport const socket = [ws, createServer];\n`,
  "server/gateway/session.ts": `import type { Server } from "node:http";\nimport { message } from "#lib/protocol/messages.ts";\nexport const session = (server: Server) => [server, message];\n`,
  "server/api/routes.ts": `import pino from "pino";\nimport { dog } from "#lib/contracts/dogs.ts";\nexport const routes = [pino, dog];\n`,
  "server/main.ts": `import { routes } from "#server/api/routes.ts";\nimport { socket } from "#server/transport/socket.ts";\nexport const main = [routes, socket];\n`,
  "server/line.integration.test.ts": `import { pipe } from "#dog/transport/pipe.ts";\nimport { main } from "#server/main.ts";\nexport default [pipe, main];\n`,
  "server/fleet/host.ts": `import type { guest } from "./guest.ts";\nexport type Host = typeof guest;\n`,
  "server/fleet/guest.ts": `import type { Host } from "./host.ts";\nexport const guest = (host?: Host): unknown => host;\n`,
  "server/history/past.ts": `import { guest } from "#server/fleet/guest.ts";\nexport const past = guest;\n`,
  "server/journal/store.ts": `import { DatabaseSync } from "node:sqlite";\nexport const store = DatabaseSync;\n`,
  "server/open.ts": `export async function open() {\n  await using opened = new AsyncDisposableStack();\n  opened.use((await import("#server/main.ts")).default);\n}\n`,
  "dog/transport/pipe.ts": `import ws from "ws";\nexport const pipe = ws;\n`,
  "dog/client/client.ts": `import { pipe } from "#dog/transport/pipe.ts";\nimport { CLOSE } from "#lib/protocol/close-codes.ts";\nimport type { message } from "#lib/protocol/messages.ts";\nexport const client = (said: typeof message) => [pipe, CLOSE, said];\n`,
  "app/_components/charts/chart.tsx": `import charts from "recharts";\nexport const Chart = () => <b>{charts}</b>;\n`,
  "app/_features/fleet/panel.tsx": `import type { Dog } from "#lib/contracts/dogs.ts";\nimport { Chart } from "#app/_components/charts/chart.tsx";\nexport const Panel = (props: { dog: Dog }) => <Chart {...props} />;\n`,
  "app/_features/fleet/api/queries.ts": `import { fold } from "#lib/fleet/fold.ts";\nexport const queries = fold satisfies unknown;\n`,
  "app/_server/upstream.ts": `import { dog } from "#lib/contracts/dogs.ts";\nimport { z } from "zod";\nexport const upstream = [dog, z];\n`,
  "app/api/dogs/route.ts": `import { upstream } from "#app/_server/upstream.ts";\nimport { dog } from "#lib/contracts/dogs.ts";\nexport const GET = [upstream, dog];\n`,
};

const plant = (rule: string, from: string, text: string) => ({ rule, from, text });

const plants = [
  plant("app-imports-no-other-room", "app/bad/room.ts", `import "#server/main.ts";\n`),
  plant("server-imports-no-other-room", "server/bad/room.ts", `import "#dog/transport/pipe.ts";\n`),
  plant("dog-imports-no-other-room", "dog/bad/room.ts", `export * from "#server/main.ts";\n`),
  plant("lib-imports-no-other-room", "lib/bad/room.ts", `import type { Panel } from "#app/_features/fleet/panel.tsx";\nexport type P = typeof Panel;\n`),
  plant("lib-imports-only-zod", "lib/bad/node.ts", `import { readFile } from "node:fs/promises";\nexport const read = readFile;\n`),
  plant("lib-zod-only-in-schemas", "lib/fleet/zod.ts", `import { z } from "zod";\nexport const schema = z;\n`),
  plant("lib-schemas-as-types", "lib/fleet/schema.ts", `import { dog } from "#lib/contracts/dogs.ts";\nexport const schema = dog;\n`),
  plant("client-imports-schemas-as-types", "app/_features/fleet/schema.ts", `import { dog } from "#lib/contracts/dogs.ts";\nexport const schema = dog;\n`),
  plant("app-zod-only-on-the-server", "app/_features/fleet/zod.ts", `import { z } from "zod";\nexport const schema = z;\n`),
  plant("no-feature-imports-a-feature", "app/_features/dogs/panel.ts", `export { Panel } from "#app/_features/fleet/panel.tsx";\n`),
  plant("components-are-generic", "app/_components/ui/row.ts", `import { queries } from "#app/_features/fleet/api/queries.ts";\nexport const row = queries;\n`),
  plant("api-does-not-import-gateway", "server/api/bad.ts", `import type { session } from "#server/gateway/session.ts";\nexport type S = typeof session;\n`),
  plant("journal-knows-no-reader", "server/journal/reader.ts", `import type { Host } from "#server/fleet/host.ts";\nexport type Reader = Host;\n`),
  plant("live-fold-knows-no-past", "server/fleet/past.ts", `import { past } from "#server/history/past.ts";\nexport const then = past;\n`),
  plant("databases-only-in-the-journal", "server/history/query.ts", `import type { DatabaseSync } from "node:sqlite";\nexport type Db = DatabaseSync;\n`),
  plant("ws-only-in-transport", "server/gateway/bad.ts", `import type ws from "ws";\nexport type W = typeof ws;\n`),
  plant("sockets-only-in-transport", "server/api/listen.ts", `import { createServer } from "node:http";\nexport const server = createServer;\n`),
  plant("dog-entry-is-light", "dog/client/heavy.ts", `import { message } from "#lib/protocol/messages.ts";\nexport const heavy = message;\n`),
  plant("recharts-only-in-charts", "app/_features/fleet/chart.tsx", `const charts = () => import("recharts");\nexport const Chart = () => <b>{String(charts)}</b>;\n`),
  plant("testing-is-for-tests", "server/fleet/bad.ts", `import { build } from "#lib/testing/build.ts";\nexport const made = build;\n`),
  plant("no-dev-dependency-in-production", "server/fleet/dev.ts", `import vitest from "vitest";\nexport const tool = vitest;\n`),
  plant("no-cycles", "server/journal/a.ts", `import { b } from "./b.ts";\nexport const a = (): unknown => b;\n`),
  plant("no-unresolvable", "dog/bad/lost.ts", `import "#dog/nowhere.ts";\n`),
];

/** One violation a rule: the file that breaks it and the rule that must say so. */
export const planted = {
  expected: plants.map(({ rule, from }) => ({ rule, from })),
  files: {
    ...Object.fromEntries(plants.map(({ from, text }) => [from, text])),
    "server/journal/b.ts": `import { a } from "./a.ts";\nexport const b = (): unknown => a;\n`,
  } as Readonly<Record<string, string>>,
};
