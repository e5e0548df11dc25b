import { get, type IncomingMessage } from "node:http";
import { Waiters } from "./waiters.ts";

/** A browser on `/api/events`: reads all the while and keeps what it cannot read. */
export class BrowserStream {
  /** Frames by their event's name. */
  readonly counts = new Map<string, number>();
  /** Lines that are no SSE field, data that is no JSON. */
  readonly unreadable: string[] = [];
  ended = false;
  text = "";
  #rest = "";
  #event = "";
  #response: IncomingMessage | undefined;
  readonly #waiters = new Waiters<this>(this);

  constructor(url: string) {
    const request = get(`${url}/api/events`, (response) => {
      this.#response = response;
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => this.#read(chunk));
      response.on("close", () => this.#end());
    });
    request.on("error", () => this.#end());
  }

  until(check: (stream: BrowserStream) => boolean): Promise<this> {
    return this.#waiters.until(check);
  }

  stop(): void {
    this.#response?.destroy();
  }

  #end(): void {
    this.ended = true;
    this.#waiters.tell();
  }

  #read(chunk: string): void {
    this.text += chunk;
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    this.#waiters.tell();
  }

  #line(line: string): void {
    if (line === "" || line.startsWith(":")) return;
    const [, field, value = ""] = /^(event|data|id|retry): ?(.*)$/.exec(line) ?? [];
    if (field === undefined) this.unreadable.push(line);
    if (field === "event") this.#event = value;
    if (field !== "data") return;
    this.counts.set(this.#event, (this.counts.get(this.#event) ?? 0) + 1);
    try {
      JSON.parse(value);
    } catch {
      this.unreadable.push(line);
    }
  }
}
