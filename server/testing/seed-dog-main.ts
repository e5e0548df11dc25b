import { SeedDog } from "./seed-dog.ts";

/** A seed dog in a process of its own, to be stopped and continued: `seed-dog-main.ts URL TOKEN SN`. Says `in` at its first answer. */
const [url = "", token = "", sn = ""] = process.argv.slice(2);
await new SeedDog({ url, token, sn, baseDelayMs: 100 }).start().until((dog) => dog.answers.length > 0);
process.stdout.write("in\n");
