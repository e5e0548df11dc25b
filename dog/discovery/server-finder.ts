import type { Log } from "#dog/command/log.ts";
import { isSecure } from "#dog/servers/server-list.ts";
import type { Browse } from "./browse.ts";
import { announcedAddresses, findServers } from "./find-servers.ts";

export interface ServerFinderOptions {
  /** Absent: only what is configured. */
  readonly browse?: Browse;
  readonly durationMs: number;
  readonly allowInsecure: boolean;
  /** Every configured server, whatever network it is for: what is found has one of their names, and is of their kind. */
  readonly configured: readonly string[];
  readonly log: Log;
}

/** Finds the servers of a dog, and says once what it heard and did not use. */
export class ServerFinder {
  readonly #options: ServerFinderOptions;
  readonly #said = new Set<string>();
  #announced: Readonly<Record<string, readonly string[]>> = {};

  constructor(options: ServerFinderOptions) {
    this.#options = options;
  }

  /** Host -> addresses it was announced with, as a name resolver's fallbacks. */
  get announced(): Readonly<Record<string, readonly string[]>> {
    return this.#announced;
  }

  /** Discovered ones first, then `configured`. Empty where there is neither. */
  async find(configured: readonly string[]): Promise<readonly string[]> {
    const { browse, durationMs, allowInsecure, configured: all, log } = this.#options;
    if (!browse) return configured;
    const [first] = all;
    const kind = first === undefined ? {} : { secure: isSecure(first) };
    const names = all.map((url) => new URL(url).hostname);
    const found = await findServers({ browse, durationMs, allowInsecure, names, staticServers: configured, ...kind });
    this.#announced = announcedAddresses(found);
    for (const { url, source, gateway, version } of found.servers) {
      if (source === "mdns") this.#sayOnce(`found ${url}`, () => log.info("found", { server: url, gateway, version }));
    }
    for (const line of found.ignored) this.#sayOnce(line, () => log.warn("not used", { why: line }));
    return found.servers.map(({ url }) => url);
  }

  /** Announcements repeat, and a hall may be full of them. */
  #sayOnce(line: string, say: () => void): void {
    const MOST_REMEMBERED = 256;
    if (this.#said.has(line)) return;
    if (this.#said.size >= MOST_REMEMBERED) this.#said.clear();
    this.#said.add(line);
    say();
  }
}
