import { describe, expect, it } from "vitest";
import { parseServers, ServerListError, serverProblems } from "./server-list.ts";

const problemsOf = (...urls: string[]): readonly string[] => serverProblems([{ field: "servers", urls }]);

describe("a list of servers", () => {
  it("D50: is taken as written, the primary first", () => {
    const urls = ["wss://a.example/ws", "wss://b.example:8443/ws", "wss://[2001:db8::1]/ws?site=2"];
    expect(parseServers(urls)).toEqual(urls);
    expect(parseServers(["ws://192.168.1.100:8080/ws"])).toEqual(["ws://192.168.1.100:8080/ws"]);
  });

  it.each<[string, string[], string]>([
    ["nothing", [], "servers: expected at least one server"],
    ["no URL", ["gateway"], 'servers: "gateway" is no URL; expected ws:// or wss:// and a host'],
    ["no host", ["ws://"], 'servers: "ws://" is no URL; expected ws:// or wss:// and a host'],
    ["a web page", ["https://a.example/ws"], "servers: expected ws:// or wss:// and a host, got https:"],
    ["a file", ["wss://a.example/ws", "file:///etc"], "servers[1]: expected ws:// or wss:// and a host, got file:"],
    [
      "a fragment",
      ["ws://a.example/ws#x"],
      'servers: "ws://a.example/ws" has a fragment, which a WebSocket URL must not',
    ],
    [
      "an empty fragment",
      ["ws://a.example/ws#"],
      'servers: "ws://a.example/ws" has a fragment, which a WebSocket URL must not',
    ],
    ["a double", ["ws://a.example/ws", "WS://A.example:80/ws"], "servers[1]: the same server as servers[0]"],
    ["a double with a dot", ["wss://a.example/ws", "wss://a.example./ws"], "servers[1]: the same server as servers[0]"],
  ])("D50: refuses %s by the name of its field", (_what, urls, problem) => {
    expect(problemsOf(...urls)).toEqual([problem]);
  });

  it.each([
    "wss://me:s3cret@a.example/ws",
    "wss://s3cret@a.example/ws",
    "wss://a.example/ws?token=s3cret",
    "ws//s3cret@a",
    "ws//?token=s3cret",
  ])("D50: refuses a credential in %s and does not repeat it", (url) => {
    const [problem] = problemsOf(url);
    expect(problem).toMatch(/carries a credential|is no URL/);
    expect(problem).not.toContain("s3cret");
  });

  it("D51: refuses to mix wss with ws, whichever comes first, in one list and over the lists of all networks", () => {
    expect(problemsOf("wss://a.example/ws", "ws://b.example/ws")).toEqual([
      "servers[1]: ws:// beside wss:// of servers[0]; all must be wss:// or all ws://",
    ]);
    expect(problemsOf("ws://a.example/ws", "wss://b.example/ws")).toEqual([
      "servers[1]: wss:// beside ws:// of servers[0]; all must be wss:// or all ws://",
    ]);
    expect(
      serverProblems([
        { field: "server.url", urls: ["wss://a.example/ws"] },
        { field: "networks.cellular.servers", urls: ["wss://a.example/ws", "ws://c.example/ws"] },
      ]),
    ).toEqual(["networks.cellular.servers[1]: ws:// beside wss:// of server.url; all must be wss:// or all ws://"]);
  });

  it("D50: says everything at once", () => {
    const list = ["wss://a.example/ws", "http://b.example", "ws://c.example/ws"];
    const error = (() => {
      try {
        return parseServers(list);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ServerListError);
    expect((error as ServerListError).problems).toHaveLength(2);
  });
});
