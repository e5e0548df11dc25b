import { expect, it } from "vitest";
import { CLOSE, closePolicy } from "./close-codes.ts";

it("P12: every code is one of a kind and carries the policy of its range", () => {
  const codes = Object.values(CLOSE).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, policy } of Object.values(CLOSE))
    expect({ code, policy: closePolicy(code) }).toEqual({ code, policy });
});

it("P12: the range carries the policy", () => {
  expect([4000, 4099].map(closePolicy)).toEqual(["reconnect_now", "reconnect_now"]);
  expect([4100, 4199].map(closePolicy)).toEqual(["backoff", "backoff"]);
  expect([4200, 4299].map(closePolicy)).toEqual(["reauthenticate", "reauthenticate"]);
  expect([4500, 4599].map(closePolicy)).toEqual(["slow_probe", "slow_probe"]);
});

it("P12: 1000 from a gateway is a slow probe, 1001 and 1006 are backoff, server errors wait for the service", () => {
  expect([1000, 1001, 1006, 1011, 1012, 1013].map(closePolicy)).toEqual([
    "slow_probe",
    "backoff",
    "backoff",
    "wait_for_service",
    "wait_for_service",
    "wait_for_service",
  ]);
});

it("P12: reasons fit a close frame", () => {
  for (const { reason } of Object.values(CLOSE))
    expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
});
