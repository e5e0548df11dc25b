import { posix } from "node:path";

const ROOMS = "app|server|dog|lib|e2e|bench|scripts|docs";
const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const SOURCE = /(?:src|href)="([^"]+)"/g;
const CODE = /`([^`\n]+)`/g;
// A path in code starts with a room (or `#room` for an import) and holds no placeholder.
const ROOM_PATH = new RegExp(`^#?((?:${ROOMS})/[\\w@.()\\[\\]/-]*)$`);
// Of files at the root only those nobody mistakes for a file elsewhere.
const ROOT_FILE =
  /^([.]ci\/[\w.-]+|[A-Z]+[.]md|(?:package|package-lock|biome|knip|tsconfig[.]?\w*)[.]json|[\w-]+[.]config[.](?:ts|mjs))$/;

export interface DeadPath {
  readonly line: number;
  readonly target: string;
}

/** Repository paths that a link names, resolved against the document's folder; undefined for anything else. */
function fromLink(document: string, target: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("#") || target.startsWith("//")) return undefined;
  const bare = decodeURI(target.replace(/[#?].*$/, ""));
  return bare.startsWith("/") ? bare.slice(1) : posix.join(posix.dirname(document), bare);
}

function fromWord(word: string): string | undefined {
  const bare = word.replace(/[,;:]+$/, "").replace(/:\d+$/, "");
  return ROOM_PATH.exec(bare)?.[1] ?? ROOT_FILE.exec(bare)?.[1];
}

function pathsOf(document: string, line: string, fenced: boolean): string[] {
  const code = fenced ? [line] : [...line.matchAll(CODE)].map((match) => match[1] ?? "");
  const words = code.flatMap((text) => text.split(/\s+/)).map(fromWord);
  const prose = fenced ? "" : line.replace(CODE, "");
  const links = [...prose.matchAll(LINK), ...prose.matchAll(SOURCE)].map((match) => fromLink(document, match[1] ?? ""));
  return [...words, ...links].filter((path) => path !== undefined);
}

/**
 * Paths that `text` (Markdown, at `document` in the repository) names in links, code spans and code blocks and for which
 * `exists` is false. Placeholders (`<x>`, `*`, `{a,b}`), URLs and API paths are not paths of the repository.
 */
export function deadPaths(document: string, text: string, exists: (path: string) => boolean): DeadPath[] {
  let fenced = false;
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) {
      fenced = !fenced;
      return [];
    }
    return pathsOf(document, line, fenced)
      .filter((path) => !exists(path))
      .map((target) => ({ line: index + 1, target }));
  });
}
