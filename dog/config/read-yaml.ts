import { type Document, isAlias, isMap, isNode, LineCounter, parseDocument, visit, type YAMLError } from "yaml";

/** What is wrong in a file, and where; `line` is 0 where it is the file as a whole. */
export interface Misreading {
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

export interface YamlText {
  /** Maps, lists and text: nothing else comes out. */
  readonly value: unknown;
  readonly misreadings: readonly Misreading[];
  /** Where `path` stands, or the nearest section around it; 0 where it is not in the file. */
  lineOf(path: readonly PropertyKey[]): number;
}

const LONGEST_FILE = 262_144;

/** The words for what goes wrong by hand; the parser's own quote the file, where a token may stand. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "a value cannot begin with *: put it in quotes",
  BAD_SCALAR_START: "a value cannot begin with this character: put it in quotes",
  BAD_INDENT: "the indentation does not fit the lines around it",
  BLOCK_AS_IMPLICIT_KEY: "the indentation does not fit, or a value holds `: ` and needs quotes",
  BLOCK_IN_FLOW: "the closing bracket or brace is missing, or the indentation does not fit",
  DUPLICATE_KEY: "this key is there twice",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  MISSING_CHAR: "a `:`, a quote or a bracket is missing",
  MULTILINE_IMPLICIT_KEY: "a `:` is missing on this line or the one before",
  MULTIPLE_DOCS: "only one document is expected: remove the `---`",
  TAB_AS_INDENT: "a tab cannot indent: use spaces",
  UNEXPECTED_TOKEN: "this is not expected here: a bracket too many, or a value that needs quotes",
};

/** Reads a file without YAML's guesses: every value stays the text it is, so that the schema alone decides what it means. */
export function readYaml(text: string): YamlText {
  if (text.length > LONGEST_FILE) return unread({ line: 0, column: 0, what: "is longer than 256 KiB" });
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "failsafe",
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  });
  const misreadings = document.errors.map((error) => worded(error, lines));
  visit(document, (_, node) => {
    if (!isNode(node) || !(isAlias(node) || node.anchor !== undefined || node.tag !== undefined)) return;
    // The failsafe schema gives its own three tags to nothing: a tag here was written.
    misreadings.push({ ...place(node.range?.[0] ?? 0, lines), what: "anchors, aliases and tags are not supported" });
  });
  // One mistake often brings others in its wake: the first of each line, and of all no more than can be mended at once.
  const first = misreadings.filter((one, i) => misreadings.findIndex(({ line }) => line === one.line) === i);
  if (first.length > 0) return { ...unread(), misreadings: first.slice(0, 5) };
  if (document.contents === null || isEmpty(document)) return { ...unread(), value: {} };
  if (!isMap(document.contents)) {
    return unread({ line: 1, column: 1, what: "expected `key: value` lines at the top of the file" });
  }
  return { value: document.toJS(), misreadings, lineOf: (path) => lineOf(document, lines, path) };
}

const isEmpty = (document: Document) => document.toJS() === "";

function unread(...misreadings: Misreading[]): YamlText {
  return { value: undefined, misreadings, lineOf: () => 0 };
}

function worded(error: YAMLError, lines: LineCounter): Misreading {
  return { ...place(error.pos[0], lines), what: WORDS[error.code] ?? "this cannot be read as YAML" };
}

function place(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Tries the path, then the sections around it; at the top a key may hold dots (`server.url: ...`). */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    for (let joined = 1; joined <= length; joined++) {
      const key = [part.slice(0, joined).map(String).join("."), ...part.slice(joined)];
      const node = document.getIn(key, true);
      if (isNode(node) && node.range) return place(node.range[0], lines).line;
    }
  }
  return 0;
}
