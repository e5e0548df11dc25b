"use client";

import { useEffect, useRef, useState } from "react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { easeOut, TWEEN_MS } from "./tween.ts";

/** A count, in words of the operator's language, that moves to its new value in 160 ms; at once where motion is reduced. */
export function NumberTween(props: { readonly value: number }) {
  const f = useFormatters();
  const [shown, setShown] = useState(props.value);
  const from = useRef(props.value);
  useEffect(() => {
    const target = props.value;
    const start = from.current;
    if (start === target) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
      from.current = target;
      setShown(target);
      return;
    }
    let began: number | undefined;
    let frame = requestAnimationFrame(function step(time) {
      began ??= time;
      const progress = Math.min(1, (time - began) / TWEEN_MS);
      const next = progress === 1 ? target : Math.round(start + (target - start) * easeOut(progress));
      from.current = next;
      setShown(next);
      if (progress < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [props.value]);
  return <>{f.number(shown)}</>;
}
