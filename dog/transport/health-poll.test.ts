import { expect, it } from "vitest";
import { healthUrl } from "./health-poll.ts";

it.each([
  ["ws://gateway:8080/ws", "http://gateway:8080/healthz"],
  ["wss://gateway/ws?a=b", "https://gateway/healthz"],
  ["WS://gateway:8080/ws", "http://gateway:8080/healthz"],
  ["WsS://Gateway:443/ws", "https://gateway/healthz"],
  ["wss://gateway:80/ws", "https://gateway:80/healthz"],
  ["ws://gateway:443/ws", "http://gateway:443/healthz"],
  ["ws://[::1]:8080/ws", "http://[::1]:8080/healthz"],
])("D28: whatever is dialed can be asked for its health, in whatever letters: %s", (url, asked) => {
  expect(healthUrl(url).href).toBe(asked);
});
