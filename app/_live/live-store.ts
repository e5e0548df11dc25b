import type { Clock } from "#lib/clock/clock.ts";
import type { DataFrame, LiveFrame } from "./live-frame.ts";

const STALE_AFTER_MS = 5_000;
const TICKER_MS = 250;
/** A server's clock this far behind what we showed was set back; less is a late tick. */
const CLOCK_SET_BACK_MS = 10_000;

export type LiveStatus = "live" | "stale" | "reconnecting" | "basic";

export interface LiveState {
  readonly status: LiveStatus;
  /** Whole seconds without a tick, while stale. */
  readonly seconds: number;
  /** The gateway has only the seed's four endpoints. Kept while it is away. */
  readonly isBasic: boolean;
  /** Buttons that act are off: what they would act on may have changed. */
  readonly isLocked: boolean;
  /** Server time (epoch ms) of the last tick; null before the first. */
  readonly lastTickAt: number | null;
}

/** What the server page knew when it was drawn. */
export interface LiveStart {
  /** Server time, epoch ms. */
  readonly now: number;
  readonly mode: "full" | "basic" | "down";
}

export interface LiveStoreOptions {
  readonly clock: Clock;
  readonly start: LiveStart;
  readonly onData: (frame: DataFrame) => void;
  /** After a gap, on the first tick that ends it: everything must be fetched again. */
  readonly onResync: () => void;
}

/**
 * Whether what is on the screen is true now, and what time it is at the server. Rules: stale after 5 s without a tick; server time never
 * runs backwards and stands still when stale; data frames of a gap are dropped and the whole is fetched again.
 */
export function createLiveStore({ clock, start, onData, onResync }: LiveStoreOptions) {
  const listeners = new Set<() => void>();
  const clockListeners = new Set<() => void>();
  let tick: { readonly at: number | null; readonly base: number; readonly heardAt: number } = {
    at: null,
    base: start.now,
    heardAt: clock.monotonic(),
  };
  let isLinkUp = start.mode !== "down";
  let isBasic = start.mode === "basic";
  let hasGap = true;
  let shownNow = start.now;
  const sinceTick = () => clock.monotonic() - tick.heardAt;
  let state = derive();
  let cancelCheck: (() => void) | undefined;
  let cancelTicker: (() => void) | undefined;
  let isVisible = true;

  function derive(): LiveState {
    const silentMs = sinceTick();
    const isStale = silentMs >= STALE_AFTER_MS;
    const status = isStale ? "stale" : !isLinkUp ? "reconnecting" : isBasic ? "basic" : "live";
    const seconds = isStale ? Math.floor(silentMs / 1_000) : 0;
    return { status, seconds, isBasic, isLocked: isStale || !isLinkUp, lastTickAt: tick.at };
  }

  function refresh(): void {
    const next = derive();
    if (next.status === "stale") hasGap = true;
    const isSame = (Object.keys(next) as (keyof LiveState)[]).every((key) => next[key] === state[key]);
    if (!isSame) {
      state = next;
      for (const listener of [...listeners]) listener();
    }
    cancelCheck?.();
    const silentMs = sinceTick();
    const untilChange = silentMs < STALE_AFTER_MS ? STALE_AFTER_MS - silentMs : 1_000 - (silentMs % 1_000);
    cancelCheck = clock.schedule(untilChange, refresh);
  }

  /** Server time now, epoch ms: the last tick plus our own monotonic time since, at most 5 s of it. */
  function serverNow(): number {
    const now = tick.base + Math.min(sinceTick(), STALE_AFTER_MS);
    shownNow = now < shownNow - CLOCK_SET_BACK_MS ? now : Math.max(shownNow, now);
    return shownNow;
  }

  function onTick(now: number): void {
    tick = { at: now, base: now, heardAt: clock.monotonic() };
    isLinkUp = true;
    refresh();
    notifyClock();
    if (!hasGap) return;
    hasGap = false;
    onResync();
  }

  function receive(frame: LiveFrame): void {
    switch (frame.event) {
      case "tick":
        onTick(frame.data.now);
        return;
      case "upstream":
        isLinkUp = frame.data.status !== "down";
        if (isLinkUp) isBasic = frame.data.status === "basic";
        else hasGap = true;
        refresh();
        return;
      case "resync":
        hasGap = true;
        return;
      case "summary":
      case "changes":
      case "events":
      case "ticket":
        if (!hasGap) onData(frame);
        return;
    }
  }

  function notifyClock(): void {
    const before = shownNow;
    if (serverNow() !== before) for (const listener of [...clockListeners]) listener();
  }

  function runTicker(): void {
    cancelTicker?.();
    cancelTicker = undefined;
    if (clockListeners.size === 0 || !isVisible) return;
    cancelTicker = clock.schedule(TICKER_MS, () => {
      notifyClock();
      runTicker();
    });
  }

  return {
    receive,
    /** The link broke: what comes next does not follow what came before. */
    lost(): void {
      isLinkUp = false;
      hasGap = true;
      refresh();
    },
    getState: () => state,
    serverNow: () => shownNow,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Called at most 4 times a second while server time moves and the page is visible. */
    subscribeClock(listener: () => void): () => void {
      clockListeners.add(listener);
      if (cancelTicker === undefined) {
        notifyClock();
        runTicker();
      }
      return () => {
        clockListeners.delete(listener);
        if (clockListeners.size === 0) runTicker();
      };
    },
    /** A hidden page draws nothing; on its return what it shows is true at once. */
    setVisible(visible: boolean): void {
      isVisible = visible;
      if (visible) {
        refresh();
        notifyClock();
      }
      runTicker();
    },
    start: refresh,
    close(): void {
      cancelCheck?.();
      cancelTicker?.();
      cancelCheck = undefined;
      cancelTicker = undefined;
    },
  };
}
