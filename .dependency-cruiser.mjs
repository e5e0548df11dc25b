import { teachUsing } from "./scripts/lint/swc-visitor.mjs";

/** The import laws of the house. Each rule is seen to fire on a planted violation in scripts/laws.test.ts. */

teachUsing();

// A `-suite` is the body of tests that several adapters run through.
const TEST = "([.]test|-suite)[.]tsx?$";
const INTEGRATION = "[.](integration|endurance)[.]test[.]tsx?$";
const TESTING = "(^|/)testing/|^server/(attacks|faults)/";
const npm = (...names) => `(^|/)node_modules/(${names.join("|")})/`;

/** A room imports lib and itself. An integration or endurance test may put two rooms on one wire. */
const roomKeepsToItself = (room, others) => ({
  name: `${room}-imports-no-other-room`,
  comment: `${room}/ imports lib/ and itself; what two rooms share belongs in lib/.`,
  severity: "error",
  from: { path: `^${room}/`, pathNot: INTEGRATION },
  to: { path: `^(${others.join("|")}|e2e|bench|scripts)/`, pathNot: "^scripts/require-node[.]mjs$" },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    roomKeepsToItself("app", ["server", "dog"]),
    roomKeepsToItself("server", ["app", "dog"]),
    roomKeepsToItself("dog", ["app", "server"]),
    roomKeepsToItself("lib", ["app", "server", "dog"]),
    {
      name: "lib-imports-only-zod",
      comment: "lib/ is framework-free: it imports itself and zod, no Node module and no other package.",
      severity: "error",
      from: { path: "^lib/", pathNot: [TEST, TESTING] },
      to: { pathNot: ["^lib/", npm("zod")], couldNotResolve: false },
    },
    {
      name: "lib-zod-only-in-schemas",
      comment: "The browser imports lib/ freely as long as only contracts and protocol carry zod.",
      severity: "error",
      from: { path: "^lib/", pathNot: ["^lib/(contracts|protocol)/", TEST, TESTING] },
      to: { path: npm("zod"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "lib-schemas-as-types",
      comment:
        "Outside contracts and protocol, lib/ takes schemas as types only, else zod reaches the browser by a detour.",
      severity: "error",
      from: { path: "^lib/", pathNot: ["^lib/(contracts|protocol)/", TEST, TESTING] },
      to: {
        path: "^lib/(contracts|protocol)/",
        pathNot: "^lib/protocol/(close-codes|safe-text)[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "client-imports-schemas-as-types",
      comment: "No zod in the browser: client code imports lib/contracts and lib/protocol as types only.",
      severity: "error",
      from: { path: "^app/", pathNot: ["^app/(_server|api)/", TEST] },
      to: {
        path: "^lib/(contracts|protocol)/",
        pathNot: "^lib/protocol/(close-codes|safe-text)[.]ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "app-zod-only-on-the-server",
      comment: "In app/, zod belongs to app/_server and app/api.",
      severity: "error",
      from: { path: "^app/", pathNot: ["^app/(_server|api)/", TEST] },
      to: { path: npm("zod"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-feature-imports-a-feature",
      comment: "Features meet in pages, never in each other.",
      severity: "error",
      from: { path: "^app/_features/([^/]+)/" },
      to: { path: "^app/_features/", pathNot: "^app/_features/$1/" },
    },
    {
      name: "components-are-generic",
      comment: "app/_components takes props only; it knows no feature, no live feed and no server code.",
      severity: "error",
      from: { path: "^app/_components/" },
      to: { path: "^app/(_features|_live|_server|api)/" },
    },
    {
      name: "api-does-not-import-gateway",
      comment: "server/api reaches the gateway through what server/main.ts hands it.",
      severity: "error",
      from: { path: "^server/api/", pathNot: INTEGRATION },
      to: { path: "^server/gateway/" },
    },
    {
      name: "journal-knows-no-reader",
      comment: "server/journal stores and reads; who folds, asks or serves stands above it.",
      severity: "error",
      from: { path: "^server/journal/", pathNot: [TEST, INTEGRATION] },
      to: { path: "^server/(fleet|history|gateway|api|force|backup)/" },
    },
    {
      name: "live-fold-knows-no-past",
      comment: "server/history may fold with server/fleet; the live read model asks nothing of it.",
      severity: "error",
      from: { path: "^server/fleet/", pathNot: [TEST, INTEGRATION] },
      to: { path: "^server/history/" },
    },
    {
      name: "databases-only-in-the-journal",
      comment:
        "Tables are the business of server/journal, and of server/backup that copies them; everything else sees Journal or Archive.",
      severity: "error",
      from: { path: "^(app|server|dog|lib)/", pathNot: ["^server/(journal|backup)/", TEST, TESTING] },
      to: { path: ["^(node:)?sqlite$", npm("pg", "@types/pg", "kysely")] },
    },
    {
      name: "ws-only-in-transport",
      comment: "Sockets enter by server/transport and dog/transport; everything else sees a port.",
      severity: "error",
      from: { path: "^(app|server|dog|lib)/", pathNot: ["^(server|dog)/transport/", TEST, TESTING] },
      to: { path: npm("ws", "@types/ws") },
    },
    {
      name: "sockets-only-in-transport",
      comment: "node:http, node:net and the upgrade belong to server/transport; elsewhere as types only.",
      severity: "error",
      from: { path: "^server/", pathNot: ["^server/transport/", TEST, TESTING] },
      to: { path: "^(node:)?(http|https|http2|net|tls)$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "dog-entry-is-light",
      comment:
        "A robot that imports #dog carries ws and Node's own modules: no schema, no YAML, no mDNS. What it loads: dog/index.test.ts.",
      severity: "error",
      from: {
        path: "^dog/(index[.]ts$|(client|reconnection|transport|servers|network)/)",
        pathNot: [TEST, INTEGRATION, TESTING],
      },
      to: {
        path: ["^lib/(contracts|protocol)/", "^dog/(command|config|discovery|fleet|faults)/", "(^|/)node_modules/"],
        pathNot: ["^lib/protocol/(close-codes|codec|safe-text|services)[.]ts$", npm("ws", "@types/ws")],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "recharts-only-in-charts",
      comment: "A chart is a component with props; the library behind it stays in one folder.",
      severity: "error",
      from: { path: "^(app|server|dog|lib)/", pathNot: "^app/_components/charts/" },
      to: { path: npm("recharts") },
    },
    {
      name: "testing-is-for-tests",
      comment: "Fakes and builders never reach a running process; the simulated fleet is a test that runs by itself.",
      severity: "error",
      from: { path: "^(app|server|dog|lib)/", pathNot: [TEST, TESTING, "^dog/fleet/"] },
      to: { path: ["^(app/_|server/|dog/|lib/)testing/", "^server/(attacks|faults)/", TEST] },
    },
    {
      name: "no-dev-dependency-in-production",
      comment: "What runs in production is in dependencies.",
      severity: "error",
      from: { path: "^(app|server|dog|lib)/", pathNot: [TEST, TESTING] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm"] },
    },
    {
      name: "no-cycles",
      comment:
        "A cycle is one module pretending to be several. One that types alone close does not exist when it runs.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      comment: "An import that resolves to nothing escapes every other law.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["(^|/)[.]next", "(^|/)testdata/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".d.ts"],
    },
  },
};
