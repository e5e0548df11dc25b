import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "#server/gateway/socket.ts";

/** Plain HTTP, `Connection: close`, then the socket is destroyed: a refused peer keeps no descriptor. */
export function refuse(raw: Duplex, refusal: Refusal): void {
  const body = `${refusal.message}\n`;
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? "Refused"}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    "Cache-Control: no-store",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (refusal.retryAfterS !== undefined) head.push(`Retry-After: ${refusal.retryAfterS}`);
  raw.once("finish", () => raw.destroy());
  raw.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
