export type AttemptTone = "reconnecting" | "probing" | "refused" | "gave_up" | "settling";
export type SegmentKind = "full" | "running" | "empty";

const MOST_SEGMENTS = 16;

/** What each block of an attempt bar shows; above 16 dials blocks stand for equal shares of them. */
export function segmentKinds(attempt: number, max: number, tone: AttemptTone): SegmentKind[] {
  const blocks = Math.max(1, Math.min(MOST_SEGMENTS, Math.trunc(max)));
  const scale = blocks / Math.max(1, max);
  const used = Math.max(0, Math.min(blocks, Math.round(attempt * scale)));
  const runs = tone === "reconnecting" && attempt > 0;
  return Array.from({ length: blocks }, (_, index) => {
    if (runs && index === Math.max(1, used) - 1) return "running";
    return index < used ? "full" : "empty";
  });
}
