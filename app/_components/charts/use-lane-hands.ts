"use client";

import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { fitView, type LaneView, laneKey, panView, zoomView } from "./lane-view.ts";

/** Of one turn of a wheel. */
const WHEEL_ZOOM = 0.002;
/** Less than this is a press, not a drag. */
const DRAG_PX = 4;
/** A press on the whole lane magnifies this share of it. */
const PRESS_SHARE = 1 / 24;

export interface LaneControl {
  readonly view: LaneView;
  /** What may be looked at. */
  readonly limits: LaneView;
  /** Null: what matters now. */
  readonly onView: (view: LaneView | null) => void;
}

/** Hands on a magnified lane: wheel and pinch zoom around the pointer, a drag moves, keys do both. */
export function useLaneHands(box: RefObject<HTMLDivElement | null>, control: LaneControl | undefined) {
  const latest = useRef(control);
  useEffect(() => {
    latest.current = control;
  });
  const held = useRef(new Map<number, number>());
  const isActive = control !== undefined;
  const timeAt = (x: number, view: LaneView) => {
    const edge = box.current?.getBoundingClientRect();
    if (edge === undefined || edge.width === 0) return view.from;
    return view.from + ((x - edge.left) / edge.width) * (view.to - view.from);
  };
  useEffect(() => {
    const element = box.current;
    if (element === null || !isActive) return;
    // React listens to wheels passively: the page would scroll away under the hand.
    const turn = (event: WheelEvent) => {
      const now = latest.current;
      if (now === undefined) return;
      event.preventDefault();
      const edge = element.getBoundingClientRect();
      const msPerPx = (now.view.to - now.view.from) / Math.max(1, edge.width);
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (isSideways) return now.onView(panView(now.view, (event.deltaX || event.deltaY) * msPerPx, now.limits));
      const around = now.view.from + (event.clientX - edge.left) * msPerPx;
      now.onView(zoomView(now.view, Math.exp(event.deltaY * WHEEL_ZOOM), now.limits, around));
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [box, isActive]);
  if (control === undefined) return {};
  const { view, limits, onView } = control;
  return {
    onKeyDown(event: KeyboardEvent) {
      const command = event.ctrlKey || event.metaKey || event.altKey ? null : laneKey(event.key, event.shiftKey);
      if (command === null) return;
      event.preventDefault();
      if (command.type === "all") onView(null);
      else if (command.type === "zoom") onView(zoomView(view, command.factor, limits));
      else onView(panView(view, command.share * (view.to - view.from), limits));
    },
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current.set(event.pointerId, event.clientX);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const before = held.current.get(event.pointerId);
      if (before === undefined || before === event.clientX) return;
      const other = [...held.current].find(([id]) => id !== event.pointerId)?.[1];
      held.current.set(event.pointerId, event.clientX);
      if (other === undefined) return onView(panView(view, timeAt(before, view) - timeAt(event.clientX, view), limits));
      const factor = Math.max(1, Math.abs(before - other)) / Math.max(1, Math.abs(event.clientX - other));
      onView(zoomView(view, factor, limits, timeAt((event.clientX + other) / 2, view)));
    },
    onPointerUp: (event: PointerEvent) => held.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent) => held.current.delete(event.pointerId),
  };
}

/** A hand on the whole lane: a drag chooses what is magnified, a press magnifies around itself. `brush` is drawn meanwhile. */
export function useLaneBrush(whole: LaneView, control: LaneControl | undefined) {
  const [brush, setBrush] = useState<LaneView | null>(null);
  const start = useRef<{ readonly x: number; readonly at: number } | null>(null);
  if (control === undefined) return { brush: null, hands: {} };
  const timeAt = (event: PointerEvent<HTMLDivElement>) => {
    const edge = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - edge.left) / Math.max(1, edge.width)));
    return whole.from + share * (whole.to - whole.from);
  };
  return {
    brush,
    hands: {
      onPointerDown(event: PointerEvent<HTMLDivElement>) {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, at: timeAt(event) };
      },
      onPointerMove(event: PointerEvent<HTMLDivElement>) {
        if (start.current === null) return;
        const at = timeAt(event);
        setBrush({ from: Math.min(at, start.current.at), to: Math.max(at, start.current.at) });
      },
      onPointerUp(event: PointerEvent<HTMLDivElement>) {
        const begun = start.current;
        start.current = null;
        setBrush(null);
        if (begun === null) return;
        const at = timeAt(event);
        const half = ((whole.to - whole.from) * PRESS_SHARE) / 2;
        const isDrag = Math.abs(event.clientX - begun.x) > DRAG_PX;
        const chosen = isDrag
          ? { from: Math.min(at, begun.at), to: Math.max(at, begun.at) }
          : { from: at - half, to: at + half };
        control.onView(fitView(chosen, control.limits));
      },
      onPointerCancel() {
        start.current = null;
        setBrush(null);
      },
    },
  };
}
