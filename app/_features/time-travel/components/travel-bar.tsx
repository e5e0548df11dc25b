"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useEffect, useRef } from "react";
import { useMoment } from "#app/_live/moment-context.ts";
import { AwayBanner, MomentBanner } from "./moment-banner.tsx";

const Scrubber = dynamic(() => import("./scrubber.tsx").then((module) => module.Scrubber), {
  ssr: false,
  loading: () => <div className="h-[69px] border-border border-b bg-surface max-md:h-[152px]" />,
});

/** Below the top bar: what of the past is shown, and the scrubber. Pages that fill the screen leave out its height (`--travel-bar`). */
export function TravelBar(props: {
  readonly open: boolean;
  readonly onToggle: () => void;
  /** What else must be seen on every page. */
  readonly children?: ReactNode;
}) {
  const { at, asked } = useMoment();
  const bar = useRef<HTMLDivElement>(null);
  const isAway = asked !== null && at === null;
  useEffect(() => {
    const element = bar.current;
    if (element === null) return;
    const root = document.documentElement;
    const measure = () => root.style.setProperty("--travel-bar", `${element.offsetHeight}px`);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
      root.style.removeProperty("--travel-bar");
    };
  }, []);
  return (
    <div ref={bar} className="sticky top-12 z-20 max-md:top-[52px]">
      {at === null && props.children}
      {at !== null && <MomentBanner at={at} open={props.open} onToggle={props.onToggle} />}
      {isAway && <AwayBanner asked={asked} />}
      {props.open && !isAway && <Scrubber onClose={props.onToggle} />}
    </div>
  );
}
