// `node dog/cli.js` runs one dog, and an older Node says so instead of failing to load TypeScript.
import "../scripts/require-node.mjs";

await import("./main.ts");
