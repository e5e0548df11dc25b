import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createLog } from "./log.ts";

function logTo(level: "debug" | "info" | "warn" | "error", secrets: readonly string[] = []) {
  const lines: string[] = [];
  return {
    lines,
    log: createLog(
      new FakeClock(0),
      level,
      () => secrets,
      (line) => lines.push(line),
    ),
  };
}

describe("a dog's log", () => {
  it("D76: one line says when, what and what of", () => {
    const { lines, log } = logTo("info");
    log.warn("retrying", { next: "4s", attempt: 3, server: "ws://a/ws", why: "read ECONNRESET", code: null });
    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z warn  retrying next=4s attempt=3 server=ws://a/ws why="read ECONNRESET"',
    ]);
  });

  it("D76: what is below the level is not said", () => {
    const { lines, log } = logTo("warn");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines.map((line) => line.at(-1))).toEqual(["c", "d"]);
  });

  it("D71: a secret appears nowhere, in a URL neither", () => {
    const { lines, log } = logTo("info", ["a+b/c", ""]);
    log.info("dialing a+b/c", { url: "ws://a/ws?token=a%2Bb%2Fc", why: "token a+b/c is wrong" });
    expect(lines[0]).toBe(
      '1970-01-01T00:00:00.000Z info  dialing *** url="ws://a/ws?token=***" why="token *** is wrong"',
    );
  });

  it("D71: a token of one letter hides itself and no word", () => {
    const { lines, log } = logTo("info", ["T"]);
    log.info("dialing", { why: "connect ETIMEDOUT, token=T" });
    expect(lines[0]).toBe('1970-01-01T00:00:00.000Z info  dialing why="connect ETIMEDOUT, token=***"');
  });

  it("D71: a token may hold what means something in a pattern", () => {
    const { lines, log } = logTo("info", ["a.b*c$(d)[e]^{f}|g\\h+i?"]);
    log.info("said", { why: "<a.b*c$(d)[e]^{f}|g\\h+i?>" });
    expect(lines[0]).toBe("1970-01-01T00:00:00.000Z info  said why=<***>");
  });

  it("D76: what a server says stays on its line", () => {
    const { lines, log } = logTo("info");
    log.info("closed", { why: 'bye\n1970 error "forged"' });
    expect(lines[0]).toBe('1970-01-01T00:00:00.000Z info  closed why="bye\\u000a1970 error \\"forged\\""');
  });
});
