import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createMemoryJournal } from "#server/journal/memory-journal.ts";
import { createMetrics } from "./metrics.ts";

describe("metrics", () => {
  it("G144: process memory, event-loop lag, sizes, logins, refusals, closes and the journal are in one text", async () => {
    const metrics = createMetrics();
    const journal = createMemoryJournal({ clock: new FakeClock(), onCommit: metrics.commit });
    const unwatch = metrics.watch(journal);
    metrics.sizes(() => ({ sessions: 7, parked: 1 }));
    metrics.sizes(() => {
      throw new Error("not wired yet");
    });
    metrics.count("login_accepted");
    metrics.count("handshake_refused", "503");
    metrics.count("closed", "4100");
    metrics.count("closed", "4999");
    journal.append({ type: "force.armed", ticket: "t", sn: "a" });
    await journal.committed();
    const { contentType, text } = await metrics.render();
    unwatch();
    expect(contentType).toContain("text/plain");
    for (const line of [
      /^process_resident_memory_bytes \d+/m,
      /^nodejs_eventloop_lag_p99_seconds /m,
      /^leash_size\{of="sessions"\} 7$/m,
      /^leash_logins_total 1$/m,
      /^leash_handshakes_refused_total\{status="503"\} 1$/m,
      /^leash_closes_total\{code="4100"\} 1$/m,
      /^leash_closes_total\{code="other"\} 1$/m,
      /^leash_events_total\{type="force.armed"\} 1$/m,
      /^leash_journal_rows_total 1$/m,
      /^leash_journal_commit_seconds_count 1$/m,
      /^leash_journal_ok 1$/m,
    ]) {
      expect(text).toMatch(line);
    }
  });
});
