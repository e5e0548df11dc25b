import { expect, it } from "vitest";
import { CLOSE } from "#lib/protocol/close-codes.ts";
import { analyzeDisconnectionReason, type Cause, codeOfLabel, labelOf, REASONS } from "./disconnect-reason.ts";
import { normaliseRaw } from "./normalise-raw.ts";
import { REASON_CODES } from "./reason-code.ts";

function failing(message: string, properties: object = {}): Error {
  return Object.assign(new Error(message), properties);
}

const tcp = "read tcp 10.0.0.1:8080->10.0.0.7:5555";
const rows: readonly (readonly [string, Cause, string])[] = [
  ["a clean end", undefined, "normal_closure"],
  ["1000", { closeCode: 1000 }, "normal_closure"],
  ["1001", { closeCode: 1001, text: "going" }, "normal_closure"],
  ["1006", { closeCode: 1006, text: "unexpected EOF" }, "abnormal_closure"],
  ["EOF", new Error("EOF"), "connection_reset"],
  ["1006 as an error", new Error("websocket: close 1006 (abnormal closure): unexpected EOF"), "network_interrupted"],
  ["i/o timeout", new Error("i/o timeout"), "network_timeout"],
  ["missed pongs", { closeCode: CLOSE.heartbeatTimeout.code }, "network_timeout"],
  ["reset by peer", new Error("connection reset by peer"), "peer_reset"],
  ["1011", { closeCode: 1011 }, "server_error"],
  ["1012", { closeCode: 1012 }, "server_error"],
  ["1013", { closeCode: 1013 }, "server_error"],
  ["token expired", { closeCode: CLOSE.tokenExpired.code }, "auth_failed"],
  ["login timeout", { closeCode: CLOSE.loginTimeout.code }, "auth_failed"],
  ["HTTP 401", failing("refused", { status: 401 }), "auth_failed"],
  ["HTTP 403", failing("refused", { statusCode: 403 }), "auth_failed"],
  ["HTTP 502", failing("bad gateway", { status: 502 }), "server_error"],
  ["forced", { closeCode: CLOSE.forcedReconnect.code }, "forced_reconnect"],
  ["replaced", { closeCode: CLOSE.sessionReplaced.code }, "session_replaced"],
  ["bad message", { closeCode: CLOSE.badMessage.code, text: "bad_message" }, "unknown"],
  ["no status", { closeCode: 1005 }, "unknown"],
];

it.each(rows)("R4: %s", (_name, cause, code) => {
  const found = analyzeDisconnectionReason(cause);
  expect(found.code).toBe(code);
  expect(found).toMatchObject({ category: REASONS[found.code].category, strategy: REASONS[found.code].strategy });
  expect(found.label).toBe(labelOf(found.code, found.raw));
});

it.each([
  [failing("read ECONNRESET", { code: "ECONNRESET" }), "peer_reset"],
  [failing("write EPIPE", { code: "EPIPE" }), "peer_reset"],
  [failing("read ETIMEDOUT", { code: "ETIMEDOUT" }), "network_timeout"],
  [failing("connect EHOSTUNREACH", { code: "EHOSTUNREACH" }), "network_timeout"],
  [failing("fetch failed", { cause: { code: "ECONNRESET" } }), "peer_reset"],
  [new Error(`${tcp}: i/o timeout`), "network_timeout"],
  [new Error(`${tcp}: read: connection reset by peer`), "peer_reset"],
  [new Error(`${tcp}: EOF`), "connection_reset"],
  [new Error("write tcp [::1]:8080->[::1]:5555: write: broken pipe"), "peer_reset"],
  [new Error("dial tcp 10.0.0.1:8080: connect: no route to host"), "network_timeout"],
  [new Error(`${tcp}: use of closed network connection`), "unknown"],
  [new Error("EOF "), "unknown"],
  [new Error("broken pipe"), "unknown"],
])("R5: real errors are seen through: %s", (error, code) => {
  expect(analyzeDisconnectionReason(error).code).toBe(code);
});

it("R6: every label leads back to its code, and unknown keeps the raw error", () => {
  for (const code of REASON_CODES) {
    const raw = code === "unknown" ? "boom: 1" : null;
    expect(codeOfLabel(labelOf(code, raw))).toEqual({ code, raw });
  }
  expect(codeOfLabel("something else")).toEqual({ code: "unknown", raw: "something else" });
  expect(labelOf("unknown", "boom")).toBe("未知错误: boom");
});

it("R6: unknown errors that differ in addresses, ports and hex are one group", () => {
  const group = normaliseRaw("read tcp 10.0.0.1:8080->10.0.0.7:51234: odd frame 0xdeadbeef");
  expect(normaliseRaw("read tcp 10.9.8.7:8080->[::1]:40001: odd frame 0x01")).toBe(group);
  expect(group).toBe("read tcp <addr>-><addr>: odd frame <hex>");
});
