"use client";

import { useEffect } from "react";
import { type LiveWriter, registerLiveWriter } from "./live-writers.ts";

/** Registers a feature's writer while the component is mounted. `writer` must be a constant. */
export function useLiveWriter(writer: LiveWriter): void {
  useEffect(() => registerLiveWriter(writer), [writer]);
}
