/** A list of servers and the field it came from, as errors name it. */
export interface ServerField {
  /** `servers`, `server.backup_url`: an entry is named `<field>[1]`, or `<field>` alone where the list holds one. */
  readonly field: string;
  readonly urls: readonly string[];
}

export type ServerList = readonly [string, ...string[]];

/** All that is wrong with a list of servers, one line each; no line repeats a credential. */
export class ServerListError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ServerListError";
    this.problems = problems;
  }
}

interface Entry {
  readonly name: string;
  readonly url: URL;
}

/**
 * The servers of one field, as written. Throws `ServerListError` with everything that is wrong with them.
 * @param urls `ws:` or `wss:`, the primary first
 */
export function parseServers(urls: readonly string[], field = "servers"): ServerList {
  const problems = serverProblems([{ field, urls }]);
  if (problems.length > 0) throw new ServerListError(problems);
  return [urls[0] ?? "", ...urls.slice(1)];
}

/**
 * What is wrong with the servers of a dog, over all of its fields (a list for each network, primary and backups): each must be
 * `ws:` or `wss:` without credentials and without a fragment, none twice in a field, and all of one kind. A dog that may go
 * from wss to ws is only as safe as ws: whoever blocks the one is shown the token by the other.
 */
export function serverProblems(fields: readonly ServerField[]): readonly string[] {
  const problems: string[] = [];
  const good: Entry[] = [];
  for (const { field, urls } of fields) {
    if (urls.length === 0) problems.push(`${field}: expected at least one server`);
    const seen = new Map<string, string>();
    for (const [index, text] of urls.entries()) {
      const name = urls.length === 1 ? field : `${field}[${index}]`;
      const url = parse(text);
      const problem = problemOf(text, url) ?? doubleOf(url, seen);
      if (problem !== null || url === null) {
        problems.push(`${name}: ${problem}`);
        continue;
      }
      seen.set(sameness(url), name);
      good.push({ name, url });
    }
  }
  return [...problems, ...downgrades(good)];
}

/** Whether a server is spoken to over TLS. */
export const isSecure = (url: string): boolean => /^wss:/i.test(url);

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function problemOf(text: string, url: URL | null): string | null {
  if (url === null) return `${shown(text)} is no URL; expected ws:// or wss:// and a host`;
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    return `expected ws:// or wss:// and a host, got ${url.protocol.slice(0, 20)}`;
  }
  if (url.username !== "" || url.password !== "" || url.searchParams.has("token")) {
    return `${shown(`${url.protocol}//${url.host}${url.pathname}`)} carries a credential; give the token by itself`;
  }
  if (text.includes("#")) return `${shown(url.href)} has a fragment, which a WebSocket URL must not`;
  return null;
}

function doubleOf(url: URL | null, seen: ReadonlyMap<string, string>): string | null {
  const first = url && seen.get(sameness(url));
  return first ? `the same server as ${first}` : null;
}

function downgrades(entries: readonly Entry[]): string[] {
  const [first] = entries;
  return entries
    .filter(({ url }) => first !== undefined && url.protocol !== first.url.protocol)
    .map(
      ({ name, url }) =>
        `${name}: ${url.protocol}// beside ${first?.url.protocol}// of ${first?.name}; all must be wss:// or all ws://`,
    );
}

/** Default port, letter case and the root's dot do not make another server; another path does. */
const sameness = (url: URL): string => url.href.replace(/^(wss?:\/\/[^/:]+)\.(?=[:/])/, "$1");

/** What cannot be parsed may still hold a credential: nothing before an @, nothing after a question mark. */
function shown(text: string): string {
  const bare = text.replace(/^.*@/s, "").replace(/[?#].*$/s, "");
  return JSON.stringify(bare.length > 80 ? `${bare.slice(0, 80)}...` : bare);
}
