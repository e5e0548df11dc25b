// `node dog/fleet` starts the simulated fleet, and an older Node says so instead of failing to load TypeScript.
import "../../scripts/require-node.mjs";

await import("./main.ts");
