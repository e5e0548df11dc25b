const MOST_FRAMES = 1_000;
const MOST_CHARACTERS = 8_388_608;

/** The last frames by id, so that a browser that lost its stream for a moment misses nothing. */
export interface FrameRing {
  /** Gives the frame its id and keeps it. Returns the SSE text. */
  push(event: string, json: string): string;
  /** Frames after `id`, or the word that they cannot be told. */
  since(id: string): readonly string[] | "resync";
  /** Forgets everything: something happened that no frame tells. */
  skip(): void;
  lastId(): string;
}

/** Ids are `<epoch>.<n>`; at most 1,000 frames and 8 Mi characters are held. */
export function createFrameRing(epoch: string): FrameRing {
  const frames: string[] = [];
  let held = 0;
  let n = 0;
  return {
    push(event, json) {
      n++;
      const text = `id: ${epoch}.${n}\nevent: ${event}\ndata: ${json}\n\n`;
      frames.push(text);
      held += text.length;
      while (frames.length > MOST_FRAMES || held > MOST_CHARACTERS) held -= frames.shift()?.length ?? 0;
      return text;
    },
    since(id) {
      const dot = id.lastIndexOf(".");
      const seen = Number(id.slice(dot + 1));
      if (id.slice(0, dot) !== epoch || !Number.isSafeInteger(seen) || seen > n || seen < n - frames.length)
        return "resync";
      return seen === n ? [] : frames.slice(seen - n);
    },
    skip() {
      frames.length = 0;
      held = 0;
      n++;
    },
    lastId: () => `${epoch}.${n}`,
  };
}
