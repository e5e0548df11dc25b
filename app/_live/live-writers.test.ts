import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { registerLiveWriter, writeResync } from "./live-writers.ts";

const client = new QueryClient();

describe("C76: a live writer is held by every component that registered it", () => {
  it("C76: two of a kind call it once a frame, and it stays until the last of them is gone", () => {
    let calls = 0;
    const writer = {
      resync: () => {
        calls += 1;
      },
    };
    const first = registerLiveWriter(writer);
    const second = registerLiveWriter(writer);
    writeResync(client);
    expect(calls).toBe(1);
    first();
    first();
    writeResync(client);
    expect(calls).toBe(2);
    second();
    writeResync(client);
    expect(calls).toBe(2);
  });
});
