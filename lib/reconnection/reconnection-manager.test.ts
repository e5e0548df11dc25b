import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { labelOf } from "./disconnect-reason.ts";
import { ReconnectionManager } from "./reconnection-manager.ts";

interface Operation {
  readonly op: string;
  readonly client?: string;
  readonly reason?: string;
  readonly success?: boolean;
  readonly attempt?: number;
  readonly at_ms?: number;
  readonly error?: string;
  readonly close?: number;
  readonly text?: string;
}
type Answer = Record<string, unknown>;
interface Sequence {
  readonly id: string;
  readonly flags: readonly string[];
  readonly steps: readonly (readonly [Operation, Answer, Answer?])[];
}

function load(name: string): readonly Sequence[] {
  const text = readFileSync(new URL(`./testdata/${name}`, import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

class Replay {
  #now = 0;
  readonly #manager = new ReconnectionManager({ clock: { now: () => this.#now } });

  answer(operation: Operation): Answer {
    this.#now = operation.at_ms ?? this.#now;
    const manager = this.#manager;
    const client = operation.client ?? "";
    switch (operation.op) {
      case "disconnect":
        manager.recordDisconnection(client, operation.reason ?? "");
        return { ok: true };
      case "attempt":
        manager.recordReconnectionAttempt(client, operation.success ?? false);
        return { ok: true };
      case "should":
        return { should: manager.shouldReconnect(client) };
      case "status": {
        const status = manager.getReconnectionStatus(client);
        return {
          exists: status !== undefined,
          attempts: status?.attempts ?? 0,
          next_retry_ms: status?.nextRetryAt ?? null,
          reason: status?.reason ?? "",
        };
      }
      case "delay":
        return { delay_ms: manager.getReconnectionDelay(client) };
      case "backoff":
        return { delay_ms: manager.calculateBackoff(operation.attempt ?? 0) };
      case "cleanup":
        return this.#cleanup();
      case "active":
        return { clients: [...manager.clientIds()].map((id) => this.#record(id)) };
      case "analyze":
        return { reason: manager.analyzeDisconnectionReason(cause(operation)).label };
      default:
        throw new Error(`unknown operation ${operation.op}`);
    }
  }

  #cleanup(): Answer {
    const before = [...this.#manager.clientIds()];
    const removed = this.#manager.cleanupExpiredAttempts();
    const left = new Set(this.#manager.clientIds());
    const gone = before.filter((id) => !left.has(id));
    expect(removed).toBe(gone.length);
    return { removed: gone.sort(), remaining: left.size };
  }

  #record(client: string): Answer {
    const status = this.#manager.getReconnectionStatus(client);
    const delayMs = this.#manager.getReconnectionDelay(client);
    const nextRetryAt = status?.nextRetryAt ?? 0;
    const instants = { last_attempt_ms: nextRetryAt - delayMs, next_retry_ms: nextRetryAt };
    return { client, attempts: status?.attempts, ...instants, reason: status?.reason };
  }
}

function cause(operation: Operation) {
  if (operation.close !== undefined) return { closeCode: operation.close, text: operation.text ?? "" };
  return operation.error === undefined ? undefined : new Error(operation.error);
}

/** Sets compare as sets; what only Go knows (its error text, nanoseconds) is left out. */
function comparable(answer: Answer): Answer {
  const { error: _error, delay_ns: _ns, ...rest } = answer;
  if (Array.isArray(rest.removed)) rest.removed = [...rest.removed].sort();
  if (Array.isArray(rest.clients)) {
    rest.clients = [...rest.clients].sort((a, b) => (a.client < b.client ? -1 : a.client > b.client ? 1 : 0));
  }
  return rest;
}

const KNOWN_BETTER = [
  labelOf("network_timeout"),
  labelOf("peer_reset"),
  labelOf("connection_reset"),
  labelOf("network_interrupted"),
];

describe("R1: the manager answers as the recorded Go manager", () => {
  it.each(load("manager.jsonl").map((sequence) => [sequence.id, sequence] as const))("%s", (_id, { flags, steps }) => {
    const replay = new Replay();
    for (const [operation, expected] of steps) {
      const answer = comparable(replay.answer(operation));
      if (flags.includes("literal_match_only") && KNOWN_BETTER.includes(String(answer.reason))) continue;
      expect({ operation, answer }).toEqual({ operation, answer: comparable(expected) });
    }
  });
});

describe("R2: where Go's delay overflows, ours is the cap", () => {
  it.each(load("overflow.jsonl").map((sequence) => [sequence.id, sequence] as const))("%s", (_id, { steps }) => {
    const replay = new Replay();
    for (const [operation, , right] of steps) {
      expect({ operation, answer: comparable(replay.answer(operation)) }).toEqual({
        operation,
        answer: comparable(right ?? {}),
      });
    }
  });
});
