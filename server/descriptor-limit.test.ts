import { describe, expect, it } from "vitest";
import { descriptorWarning, readDescriptorRoom } from "./descriptor-limit.ts";

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             96000                96000                processes
Max open files            ${soft.padEnd(20)} 1048576              files
`;
const room = (soft: string) => readDescriptorRoom(() => limits(soft));

describe("room below the limit of open files", () => {
  it("G149: dogs leave room for the API, all connections for the process's own files", () => {
    expect(room("20000")).toEqual({ limit: 20_000, connections: 19_872, dogSockets: 19_808 });
    expect(room("512")).toEqual({ limit: 512, connections: 384, dogSockets: 320 });
    expect(room("100")).toEqual({ limit: 100, connections: 2, dogSockets: 1 });
  });

  it("G149: no limit, or none that is told, is no room to keep", () => {
    expect(room("unlimited")).toBeUndefined();
    expect(readDescriptorRoom(() => "")).toBeUndefined();
    const absent = () => {
      throw new Error("ENOENT");
    };
    expect(readDescriptorRoom(absent)).toBeUndefined();
  });

  it("G149: a limit below MAX_DOGS + 1,000 is worth one line that says what to do", () => {
    const known = { limit: 20_000, connections: 19_872, dogSockets: 19_808 };
    expect(descriptorWarning(known, 19_000)).toBeUndefined();
    expect(descriptorWarning(known, 19_001)).toMatch(/^MAX_DOGS=19001 needs 20001 .* 20000: .* 19808 sockets\. Raise/);
  });
});
