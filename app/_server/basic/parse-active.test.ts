import { describe, expect, it } from "vitest";
import { parseActive } from "./parse-active.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const DOG = {
  client_id: "dog-1",
  reconnection_attempts: 3,
  failure_reason: "网络超时",
  time_until_retry: "15s",
  current_delay: "8s",
};

describe("C65: what active answers is understood however it is wrapped", () => {
  it.each([
    ["an array", [DOG]],
    ["an object holding a list", { active: [DOG], total: 1 }],
    ["a list two wraps deep", { code: 0, data: { list: [DOG] } }],
    [
      "a map by client id",
      { "dog-1": { reconnection_attempts: 3, failure_reason: "网络超时", time_until_retry: "15s" } },
    ],
    [
      "a wrapped map",
      { data: { "dog-1": { reconnection_attempts: 3, failure_reason: "网络超时", time_until_retry: "15s" } } },
    ],
    [
      "the struct's own names",
      [{ ClientID: "dog-1", AttemptCount: 3, FailureReason: "网络超时", time_until_retry: "15s" }],
    ],
  ])("C65: %s", (_, answer) => {
    expect(parseActive(answer, NOW)).toMatchObject([
      { sn: "dog-1", attempts: 3, label: "网络超时", nextRetryAt: NOW + 15_000, isConnected: false },
    ]);
  });

  it.each([
    ["[]", []],
    ["null", null],
    ["{}", {}],
    ["a nil slice", { active: null, total: 0 }],
  ])("C65: %s is no dog", (_, answer) => {
    expect(parseActive(answer, NOW)).toEqual([]);
  });

  it.each([
    ["text", "ok"],
    ["a number", 7],
    ["an object without a list", { message: "hello" }],
    ["rows that name no dog", [{ x: 1 }]],
  ])("C65: %s is upstream_invalid", (_, answer) => {
    expect(() => parseActive(answer, NOW)).toThrow(expect.objectContaining({ code: "upstream_invalid" }));
  });

  it("C65: Go's zero time and negative durations mean none", () => {
    const zero = { ...DOG, next_retry_time: "0001-01-01T00:00:00Z", time_until_retry: "-3.5s", current_delay: "-1s" };
    expect(parseActive([zero], NOW)).toMatchObject([{ nextRetryAt: null, delayMs: null }]);
  });

  it("C65: a marshalled time.Duration is nanoseconds", () => {
    const plain = { ...DOG, time_until_retry: 1_500_000_000, current_delay: -5 };
    expect(parseActive([plain], NOW)).toMatchObject([{ nextRetryAt: NOW + 1_500, delayMs: null }]);
  });

  it("C65: next_retry_time alone is taken while it lies ahead", () => {
    const { time_until_retry: _gone, ...rest } = DOG;
    const ahead = { ...rest, next_retry_time: "2026-01-01T00:00:09Z" };
    const past = { ...rest, client_id: "dog-2", next_retry_time: "2025-12-31T23:59:59Z" };
    expect(parseActive([ahead, past], NOW).map(({ nextRetryAt }) => nextRetryAt)).toEqual([NOW + 9_000, null]);
  });
});
