import { parseArgs } from "node:util";
import { serialNumber } from "#lib/protocol/messages.ts";
import { loadSecret } from "./secrets.ts";
import { digestToken, newToken } from "./token-digest.ts";

const USAGE = "usage: npm run dog-token -- --sn SERIAL [--data-dir DIR]   (DIR defaults to DATA_DIR, then ./data)";

function main(): number {
  const { sn, dir } = readArguments();
  const parsed = serialNumber.safeParse(sn);
  if (!parsed.success) {
    console.error(`--sn ${JSON.stringify(sn ?? "")}: ${parsed.error.issues[0]?.message ?? "invalid"}\n${USAGE}`);
    return 2;
  }
  const token = newToken();
  const digest = digestToken(loadSecret(dir, "dog-token-pepper"), token).toString("hex");
  console.log(`token, for the robot; it is not kept anywhere else:\n  ${token}\n`);
  console.log(`entry for DOG_TOKENS_FILE, in its "dogs" list (two digests while one token replaces the other):`);
  console.log(`  ${JSON.stringify({ sn: parsed.data, digests: [digest] })}`);
  return 0;
}

function readArguments(): { sn: string | undefined; dir: string } {
  const fallback = process.env.DATA_DIR || "./data";
  try {
    const { values } = parseArgs({ options: { sn: { type: "string" }, "data-dir": { type: "string" } } });
    return { sn: values.sn, dir: values["data-dir"] ?? fallback };
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return { sn: undefined, dir: fallback };
  }
}

process.exitCode = main();
