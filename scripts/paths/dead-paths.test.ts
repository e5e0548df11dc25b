import { describe, expect, it } from "vitest";
import { deadPaths } from "./dead-paths.ts";

const there = new Set([
  "server/main.ts",
  "docs/PROTOCOL.md",
  "docs/adr/",
  "app/(console)/dogs/[sn]/page.tsx",
  ".ci/run",
]);
const dead = (text: string, document = "README.md") =>
  deadPaths(document, text, (path) => there.has(path)).map(({ line, target }) => `${line} ${target}`);

describe("paths in the documents", () => {
  it("T5: a link, a picture, a code span and a code block that lead nowhere are found", () => {
    const text = [
      '[a](docs/GONE.md) and ![b](docs/gone.png) and <img src="docs/lost.png">',
      "see `lib/gone.ts`, `#lib/lost.ts` and `GONE.md`",
      "```",
      "node server/gone.ts --flag",
      "```",
    ];
    expect(dead(text.join("\n"))).toEqual([
      "1 docs/GONE.md",
      "1 docs/gone.png",
      "1 docs/lost.png",
      "2 lib/gone.ts",
      "2 lib/lost.ts",
      "2 GONE.md",
      "4 server/gone.ts",
    ]);
  });

  it("T5: links resolve against the document that holds them", () => {
    expect(dead("[p](../PROTOCOL.md#close-codes) [x](./0009-gone.md)", "docs/adr/0001-a.md")).toEqual([
      "1 docs/adr/0009-gone.md",
    ]);
  });

  it("T5: what exists, URLs, API paths, placeholders and other words are left alone", () => {
    const text = [
      "[home](https://example.org/docs/x.md) [top](#map) [p](docs/PROTOCOL.md#p1)",
      "`server/main.ts`, `server/main.ts:12`, `app/(console)/dogs/[sn]/page.tsx`, `.ci/run`, `docs/adr/`",
      "`/api/reconnection/force`, `app/<page>/x.ts`, `lib/*`, `node:http`, `route.ts`, `openapi.json`, `npm run demo`, `e.g.`, `v1.2.3`",
    ];
    expect(dead(text.join("\n"))).toEqual([]);
  });
});
