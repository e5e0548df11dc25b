import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { onMdnsFault } from "./mdns-fault.ts";

it("D67: what the library's socket suffers is told, not thrown", () => {
  const mdns = new EventEmitter();
  const told: Error[] = [];
  onMdnsFault({ server: { mdns } }, (error) => told.push(error));
  const denied = new Error("bind EACCES 0.0.0.0:5353");
  mdns.emit("error", denied);
  expect(told).toEqual([denied]);
});

it.each([{}, { server: null }, { server: {} }, { server: { mdns: { on: "a field" } } }])(
  "D67: a library without its emitter, %j, is left alone",
  (bonjour) => expect(() => onMdnsFault(bonjour, () => {})).not.toThrow(),
);
