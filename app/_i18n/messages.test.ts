import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATEGORIES, REASON_CODES, STRATEGIES } from "#lib/reconnection/reason-code.ts";
import { LOCALES } from "./locale.ts";
import { loadMessages } from "./messages.ts";
import { usedKeys } from "./used-keys.ts";

const APP = join(import.meta.dirname, "..");

/** "states.explain.silent" -> its text. */
function flatten(node: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof node === "string") into.set(path, node);
  else if (typeof node === "object" && node !== null)
    for (const [key, value] of Object.entries(node)) flatten(value, path === "" ? key : `${path}.${key}`, into);
  return into;
}
const keysOf = (locale: (typeof LOCALES)[number]) => flatten(loadMessages(locale), "", new Map());

/** Names of an ICU message's arguments; the branches of a plural or select are messages of their own. */
function placeholders(text: string): string[] {
  const names = new Set<string>();
  let at = 0;
  const message = () => {
    for (; at < text.length && text[at] !== "}"; at++) if (text[at] === "{") argument();
  };
  const argument = () => {
    const [, name = ""] = /^\{\s*(\w*)/.exec(text.slice(at)) ?? [];
    names.add(name);
    for (at++; at < text.length && text[at] !== "}"; at++) {
      if (text[at] !== "{") continue;
      at++;
      message();
    }
  };
  message();
  return [...names].sort();
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("messages", () => {
  const en = keysOf("en");
  const zh = keysOf("zh-CN");

  it("C34: both languages have the same keys", () => {
    expect(
      [...zh.keys()].filter((key) => !en.has(key)),
      "only in zh-CN",
    ).toEqual([]);
    expect(
      [...en.keys()].filter((key) => !zh.has(key)),
      "only in en",
    ).toEqual([]);
  });

  it("C34: both languages use the same values, and none is empty", () => {
    for (const [key, text] of en) {
      const other = zh.get(key) ?? "";
      expect(text.trim(), key).not.toBe("");
      expect(other.trim(), key).not.toBe("");
      expect(placeholders(other), key).toEqual(placeholders(text));
    }
  });

  it("C34: every file of messages is in its index", () => {
    for (const locale of LOCALES) {
      const files = readdirSync(join(APP, "_i18n", "messages", locale)).filter((name) => name.endsWith(".json"));
      expect(Object.keys(loadMessages(locale)).sort()).toEqual(
        files.map((name) => name.slice(0, -".json".length)).sort(),
      );
    }
  });

  it("C35: every key used in code exists", () => {
    const missing = sourceFiles(APP).flatMap((file) =>
      usedKeys(readFileSync(file, "utf8"))
        .filter((key) => !en.has(key))
        .map((key) => `${file.slice(APP.length + 1)}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it("C35: every reason, category and strategy has words", () => {
    for (const code of REASON_CODES) expect(en.has(`reasons.${code}`), code).toBe(true);
    for (const code of CATEGORIES) expect(en.has(`reasons.category.${code}`), code).toBe(true);
    for (const code of STRATEGIES) expect(en.has(`reasons.strategy.${code}`), code).toBe(true);
  });
});

describe("used keys", () => {
  it("C35: keys are read through the variable that holds their namespace", () => {
    const source = `const t = useTranslations("shell"); const r = useTranslations();
      const label = await serverTranslator("errors"); t("title"); t.rich('x.y', {}); r("ui.note"); label("code"); t(dynamic); at("no")`;
    expect(usedKeys(source).sort()).toEqual(["errors.code", "shell.title", "shell.x.y", "ui.note"]);
  });
});
