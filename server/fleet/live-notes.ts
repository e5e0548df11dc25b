import type { FleetListener } from "#lib/fleet/outage-note.ts";

/** What is told of outages and flaps as they happen: nothing of a replay. */
export type LiveNotes = Pick<FleetListener, "onOutageBegun" | "onOutage" | "onFlap">;

export interface NoteBoard {
  /** For the fold: hears everything, passes all of it to `first`, and to the others what happens once live. */
  readonly listener: FleetListener;
  /** Returns the unsubscribe. */
  onNote(notes: LiveNotes): () => void;
}

export function createNoteBoard(first: FleetListener, isLive: () => boolean): NoteBoard {
  const others = new Set<LiveNotes>();
  const tell = (say: (notes: LiveNotes) => void) => {
    if (isLive()) for (const notes of others) say(notes);
  };
  return {
    listener: {
      ...first,
      onOutageBegun(outage) {
        first.onOutageBegun?.(outage);
        tell((notes) => notes.onOutageBegun?.(outage));
      },
      onOutage(outage) {
        first.onOutage?.(outage);
        tell((notes) => notes.onOutage?.(outage));
      },
      onFlap(flap) {
        first.onFlap?.(flap);
        tell((notes) => notes.onFlap?.(flap));
      },
    },
    onNote(notes) {
      others.add(notes);
      return () => {
        others.delete(notes);
      };
    },
  };
}
