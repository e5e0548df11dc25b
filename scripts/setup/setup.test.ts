import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { ensureBrowser } from "./browser.mjs";
import { complete, missingEntries, platformOf } from "./lockfile.mjs";
import { explainNpmFailure, holdsAll } from "./packages.mjs";
import { checkPorts } from "./ports.mjs";
import { ensurePostgres } from "./postgres.mjs";

const lock = {
  packages: {
    "": { name: "leash" },
    "node_modules/tool": {
      version: "1.2.3",
      dev: true,
      optionalDependencies: { "tool-linux-x64-gnu": "1.2.3", "tool-darwin-arm64": "1.2.3" },
    },
    "node_modules/tool-linux-x64-gnu": { version: "1.2.3", optional: true },
  },
};

describe("setup", () => {
  it("T6: packages are current when each is there in its version; an optional one may be for another platform", () => {
    const installed = { packages: { "node_modules/tool": { version: "1.2.3" } } };
    expect(holdsAll(lock, installed)).toBe(true);
    expect(holdsAll(lock, { packages: {} })).toBe(false);
    expect(holdsAll(lock, { packages: { "node_modules/tool": { version: "1.2.2" } } })).toBe(false);
  });

  it.each([
    ["npm error code ECONNREFUSED\nnpm error connect", /no package registry reachable/],
    ["npm error code EACCES\nnpm error syscall mkdir", /no permission to write node_modules/],
    ["npm error code EUSAGE", /disagree/],
    ["npm error code ENOSPC", /disk is full/],
    [
      "npm error code EODD\nnpm error something odd\nnpm error A complete log of this run",
      /^npm ci failed: npm error something odd$/,
    ],
  ])("T6: npm's failure %j is one line", (output, expected) => {
    const line = explainNpmFailure(output, "11.19.1");
    expect(line).toMatch(expected);
    expect(line).not.toContain("\n");
  });

  it("T6: a browser is installed only where there is none and it is permitted; otherwise one line says what to do", async () => {
    let browser = true;
    const installs: string[] = [];
    const machine = (permitted: boolean, works: boolean) => ({
      hasBrowser: () => browser,
      canInstall: () => permitted,
      install: async () => {
        installs.push("chromium");
        browser = works;
        return works;
      },
    });
    expect(await ensureBrowser("/", machine(true, true))).toBe(false);
    browser = false;
    await expect(ensureBrowser("/", machine(false, true))).rejects.toThrow(/no permission to install one: run `sudo/);
    expect(installs).toEqual([]);
    await expect(ensureBrowser("/", machine(true, false))).rejects.toThrow(/apt-get could not install chromium/);
    expect(await ensureBrowser("/", machine(true, true))).toBe(true);
  });

  it("T6: a PostgreSQL server is installed only where there is none and it is permitted; its absence stops nothing", async () => {
    let server = true;
    const installs: string[] = [];
    const machine = (permitted: boolean, works: boolean) => ({
      has: () => server,
      canInstall: () => permitted,
      install: async () => {
        installs.push("postgresql");
        server = works;
        return works;
      },
    });
    expect(await ensurePostgres(machine(true, true))).toBe(false);
    server = false;
    expect(await ensurePostgres(machine(false, true))).toBe(true);
    expect(installs).toEqual([]);
    expect(await ensurePostgres(machine(true, true))).toBe(true);
    expect(installs).toEqual(["postgresql"]);
  });

  it("T6: the lockfile names other platforms' builds even where the registry does not offer them", () => {
    expect(missingEntries(lock)).toEqual({
      "node_modules/tool-darwin-arm64": { version: "1.2.3", dev: true, optional: true, os: ["darwin"], cpu: ["arm64"] },
    });
    expect(missingEntries(complete(lock))).toEqual({});
    expect(complete(complete(lock))).toEqual(complete(lock));
    expect(platformOf("@swc/core-linux-arm64-musl")).toEqual({ os: ["linux"], cpu: ["arm64"], libc: ["musl"] });
  });

  it("T6: a taken port is named with its variable and a way out", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const env = { GATEWAY_PORT: String(port), npm_lifecycle_event: "predemo" };
    await expect(checkPorts(env)).rejects.toThrow(
      `port ${port} (gateway) is in use: stop what holds it or choose another, e.g. GATEWAY_PORT=${port + 100} npm run demo`,
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it("T6: a port that is none, or named twice, is refused", async () => {
    await expect(checkPorts({ GATEWAY_PORT: "http" })).rejects.toThrow("GATEWAY_PORT=http is not a port");
    await expect(checkPorts({ GATEWAY_PORT: "3000" })).rejects.toThrow("both 3000");
  });
});
