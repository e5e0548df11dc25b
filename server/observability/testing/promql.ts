/** One vector a PromQL expression selects, with the labels it names of it. */
export interface Selected {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface Expression {
  readonly selected: readonly Selected[];
  /** Labels named by `by`, `without`, `on` and the like. */
  readonly grouped: readonly string[];
}

const TOKEN =
  /\s+|"(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:]*|\d+(?:\.\d+)?[a-z]*|\$[a-z_]+|=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}[\],:]/gy;
const WORDS = new Set(["and", "or", "unless", "bool", "offset", "group_left", "group_right", "inf", "nan"]);
const LISTS = new Set(["by", "without", "on", "ignoring"]);
const NAME = /^[a-zA-Z_:]/;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`PromQL: cannot be read at ${at}: ${text.slice(at, at + 20)}`);
    if (token.trim() !== "") tokens.push(token);
  }
  return tokens;
}

/** Brackets close in their order. */
function assertBalanced(tokens: readonly string[], text: string): void {
  const open: string[] = [];
  const closes: Readonly<Record<string, string>> = { ")": "(", "}": "{", "]": "[" };
  for (const token of tokens) {
    if ("({[".includes(token)) open.push(token);
    else if (closes[token] !== undefined && open.pop() !== closes[token]) throw new Error(`PromQL: brackets: ${text}`);
  }
  if (open.length > 0) throw new Error(`PromQL: brackets: ${text}`);
}

/** What an expression asks for. As much of the grammar as dashboards and alerts use; throws where it cannot read one. */
export function readPromql(text: string): Expression {
  const tokens = tokensOf(text);
  assertBalanced(tokens, text);
  const selected: Selected[] = [];
  const grouped: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? "";
    if (token === "[") i = tokens.indexOf("]", i);
    else if (LISTS.has(token)) {
      const end = tokens.indexOf(")", i);
      grouped.push(...tokens.slice(i + 2, end).filter((part) => part !== ","));
      i = end;
    } else if (NAME.test(token) && !WORDS.has(token) && tokens[i + 1] !== "(" && !LISTS.has(tokens[i + 1] ?? "")) {
      const end = tokens[i + 1] === "{" ? tokens.indexOf("}", i) : i;
      selected.push({ metric: token, matchers: matchersOf(tokens.slice(i + 2, Math.max(i + 2, end))) });
      i = end;
    }
  }
  return { selected, grouped };
}

function matchersOf(tokens: readonly string[]): Selected["matchers"] {
  const matchers: { label: string; operator: string; value: string }[] = [];
  for (let i = 0; i + 2 < tokens.length + 1 && tokens[i] !== undefined; i += 4) {
    const [label = "", operator = "", value = ""] = tokens.slice(i, i + 3);
    if (!/^(=|!=|=~|!~)$/.test(operator) || !value.startsWith('"')) throw new Error(`PromQL: matcher ${label}`);
    matchers.push({ label, operator, value: JSON.parse(value) as string });
  }
  return matchers;
}
