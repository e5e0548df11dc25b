import { describe, expect, it } from "vitest";
import { startFailure } from "./start-failure.ts";

const config = { host: "127.0.0.1", gatewayPort: 80, dataDir: "/data" };
const withCode = (code: string) => Object.assign(new Error(`${code}: text`), { code });

describe("a failed start", () => {
  it.each([
    ["EADDRINUSE", "127.0.0.1:80 is in use; stop what listens there or set GATEWAY_PORT to another port"],
    ["EADDRNOTAVAIL", "127.0.0.1 is no address of this machine; set HOST to one that is"],
    ["EACCES", "not permitted (EACCES: text); check who may write /data, or set GATEWAY_PORT to 1024 or more"],
    ["ENOSPC", "no space left for /data"],
  ])("G147: %s is said in words", (code, line) => {
    expect(startFailure(withCode(code), config)).toBe(line);
  });

  it("G147: anything else speaks for itself, without a stack", () => {
    expect(startFailure(new Error("the journal x is damaged"), config)).toBe("the journal x is damaged");
    expect(startFailure("odd", config)).toBe("odd");
  });
});
