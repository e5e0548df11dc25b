const ROOM_FIRST = 4_096;
const LONGEST = 255;
/** Stand for what is beyond ASCII in a text and in what is looked for: never equal. */
const BEYOND = 255;
const NEVER = 254;

/** One short text per slot, all in one buffer: looking through 100,000 of them reads memory in a line. */
export class Haystack {
  #bytes = new Uint8Array(ROOM_FIRST);
  #starts = new Uint32Array(256);
  #lengths = new Uint8Array(256);
  #slots = 0;
  #end = 0;

  /** Characters beyond ASCII are never found, nor is anything past the 255th. */
  set(slot: number, text: string): void {
    this.#reach(slot);
    const length = Math.min(text.length, LONGEST);
    if (length > (this.#lengths[slot] ?? 0)) {
      this.#lengths[slot] = 0;
      if (this.#end + length > this.#bytes.length) this.#compact(length);
      this.#starts[slot] = this.#end;
      this.#end += length;
    }
    this.#lengths[slot] = length;
    const start = this.#starts[slot] ?? 0;
    for (let i = 0; i < length; i++) this.#bytes[start + i] = lower(text.charCodeAt(i), BEYOND);
  }

  /** True for the texts that hold `needle`, whatever its case. */
  finder(needle: string): (slot: number) => boolean {
    const wanted = Uint8Array.from(needle, (character) => lower(character.charCodeAt(0), NEVER));
    const first = wanted[0] ?? 0;
    const bytes = this.#bytes;
    return (slot) => {
      const start = this.#starts[slot] ?? 0;
      const last = start + (this.#lengths[slot] ?? 0) - wanted.length;
      for (let at = start; at <= last; at++) {
        if (bytes[at] !== first) continue;
        let same = 1;
        while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
        if (same === wanted.length) return true;
      }
      return false;
    };
  }

  #reach(slot: number): void {
    this.#slots = Math.max(this.#slots, slot + 1);
    if (slot < this.#starts.length) return;
    const starts = new Uint32Array(2 * (slot + 1));
    const lengths = new Uint8Array(2 * (slot + 1));
    starts.set(this.#starts);
    lengths.set(this.#lengths);
    this.#starts = starts;
    this.#lengths = lengths;
  }

  /** Makes room for `more` bytes: what was left behind by texts that grew goes. */
  #compact(more: number): void {
    let live = more;
    for (let slot = 0; slot < this.#slots; slot++) live += this.#lengths[slot] ?? 0;
    const bytes = new Uint8Array(Math.max(ROOM_FIRST, live * 2));
    let end = 0;
    for (let slot = 0; slot < this.#slots; slot++) {
      const start = this.#starts[slot] ?? 0;
      const length = this.#lengths[slot] ?? 0;
      bytes.set(this.#bytes.subarray(start, start + length), end);
      this.#starts[slot] = end;
      end += length;
    }
    this.#bytes = bytes;
    this.#end = end;
  }
}

function lower(code: number, beyond: number): number {
  if (code > 127) return beyond;
  return code >= 65 && code <= 90 ? code + 32 : code;
}
