import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { appendTo, FleetLog, type LogLine } from "./fleet-log.ts";

const read = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogLine);

describe("the fleet's log", () => {
  it("D110: every act is one JSON line with its instant, in the order of things, handed over within 200 ms or at the close", () => {
    const clock = new FakeClock();
    const pieces: string[] = [];
    const log = new FleetLog(clock, (text) => pieces.push(text));
    log.dog("D1", { act: "dial", line: 1, server: "ws://g/ws" });
    clock.advance(150);
    log.dog("D1", { act: "open", line: 1 });
    expect(pieces).toEqual([]);
    clock.advance(50);
    expect(pieces).toHaveLength(1);
    log.run({ act: "end" });
    log.close();
    log.close();
    log.run({ act: "calm" });
    const lines = read(pieces.join(""));
    expect(lines.map(({ at, act }) => [at - clock.now(), act])).toEqual([
      [-200, "dial"],
      [-50, "open"],
      [0, "end"],
    ]);
    expect(clock.pending).toBe(0);
  });

  it("D111: what could not be written is counted, and told before what is written next", () => {
    const clock = new FakeClock();
    let isFull = true;
    let text = "";
    const log = new FleetLog(clock, (piece) => {
      if (isFull) throw new Error("ENOSPC");
      text += piece;
    });
    for (let n = 0; n < 5; n++) log.dog("D1", { act: "stopped" });
    clock.advance(200);
    isFull = false;
    log.run({ act: "end" });
    log.close();
    expect(read(text).map((line) => (line.act === "lost" ? line.lines : line.act))).toEqual([5, "end"]);
  });

  it("D112: 10,000 dogs that drop and dial at once hold no more than a block of it", () => {
    const clock = new FakeClock();
    let longest = 0;
    let lines = 0;
    const log = new FleetLog(clock, (piece) => {
      longest = Math.max(longest, piece.length);
      lines += piece.split("\n").length - 1;
    });
    for (let dog = 0; dog < 10_000; dog++) {
      const heard = [clock.now(), clock.now()] as const;
      log.dog(`GB-A1-${dog}`, { act: "left", line: 1, how: "reset", heard });
      log.dog(`GB-A1-${dog}`, { act: "dial", line: 2, server: "ws://127.0.0.1:8080/ws" });
    }
    log.close();
    expect(lines).toBe(20_000);
    expect(longest).toBeLessThan(1_100_000);
  });

  it("D110: a file is added to, and holds whole lines", () => {
    const dir = mkdtempSync(join(tmpdir(), "leash-fleet-log-"));
    try {
      for (const sn of ["D1", "D2"]) {
        const file = appendTo(join(dir, "log"));
        const log = new FleetLog(new FakeClock(), file.append);
        log.dog(sn, { act: "stopped" });
        log.close();
        file.close();
      }
      expect(read(readFileSync(join(dir, "log"), "utf8"))).toMatchObject([{ sn: "D1" }, { sn: "D2" }]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
