import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";
import { createRedactor } from "./redactor.ts";

const SECRET = "s3cr3t-value-0123456789";

function capture() {
  const lines: string[] = [];
  const redactor = createRedactor();
  const { log } = createLogger({ level: "trace", redactor, destination: { write: (line) => void lines.push(line) } });
  return { lines, log, redactor, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}") };
}

describe("logs", () => {
  it.each<[string, object, string]>([
    ["a query string", { url: `/ws?token=${SECRET}&x=1` }, "m"],
    ["a query string in the message", {}, `GET /ws?a=1&token=${SECRET}`],
    ["a header", { header: `Bearer ${SECRET}` }, "m"],
    ["a key", { token: SECRET }, "m"],
    ["a deep key", { args: { inner: { apiToken: SECRET, list: [{ password: SECRET }] } } }, "m"],
    ["an authorization header", { headers: { authorization: SECRET, cookie: SECRET } }, "m"],
    ["a login frame", { frame: `{"service":"/api/user/login","args":{"token":"${SECRET}"}}` }, "m"],
    ["an escaped login frame", { frame: JSON.stringify(`{"token":"${SECRET}"}`) }, "m"],
    ["a database address", { url: `postgres://leash:${SECRET}@db/leash` }, "m"],
    ["an error", { err: new Error(`failed at /ws?token=${SECRET}`, { cause: new Error(`Bearer ${SECRET}`) }) }, "m"],
  ])("G34: a secret in %s never reaches a line", (_where, fields, message) => {
    const { log, lines } = capture();
    log.info(fields, message);
    log.child(fields).warn(message);
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain(SECRET);
  });

  it("G34: a value told to be secret is hidden wherever it stands", () => {
    const { log, redactor, lines } = capture();
    redactor.hide(SECRET);
    redactor.hide(undefined);
    log.info({ note: `it was ${SECRET}.` }, `and ${SECRET}`);
    log.error(new Error(`again ${SECRET}`));
    log.info("formatted %s", SECRET);
    expect(lines.join("")).not.toContain(SECRET);
    expect(lines).toHaveLength(3);
  });

  it("G34: what only talks about tokens stays readable", () => {
    const { log, last } = capture();
    log.info({ tokens: 3, tokenRequired: true }, "dog tokens read");
    expect(last()).toMatchObject({ level: "info", tokens: 3, tokenRequired: true, msg: "dog tokens read" });
  });

  it("G35: one line an event, control characters escaped, fields cut at 256 characters", () => {
    const { log, lines, last } = capture();
    log.info({ sn: 'a\n{"level":"fatal"}\r\u001b[31m', raw: "x".repeat(100_000) }, "first\nsecond");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\n/);
    const { sn, raw, msg } = last();
    expect(sn).toBe('a\\u000a{"level":"fatal"}\\u000d\\u001b[31m');
    expect(String(raw)).toHaveLength(256);
    expect(msg).toBe("first\\u000asecond");
  });

  it("G35: an error keeps its type, message and frames, and a cycle ends", () => {
    const { log, last } = capture();
    const cause: { self?: unknown } = {};
    cause.self = cause;
    log.error({ err: new TypeError("bad thing", { cause }) }, "failed");
    expect(last()).toMatchObject({ msg: "failed", err: { type: "TypeError", message: "bad thing" } });
    expect(last().err).toHaveProperty("stack.0");
  });
});
