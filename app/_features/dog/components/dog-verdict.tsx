"use client";

import { Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Verdict, type VerdictTone } from "#app/_components/layout/verdict.tsx";
import { Button } from "#app/_components/ui/button.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { dialShare } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLive } from "#app/_live/use-live.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import { useDogTitle } from "../hooks/use-dog-title.ts";
import { DogSentence } from "./dog-sentence.tsx";

const TONE: Record<DogState, VerdictTone> = {
  connected: "calm",
  settling: "calm",
  silent: "silent",
  reconnecting: "warning",
  probing: "warning",
  refused: "warning",
  gave_up: "critical",
  offline: "offline",
  retired: "offline",
};

/** The dog's state now in a sentence, what happens if nothing is done, and the hand that acts (`action`). */
export function DogVerdict({ detail, action }: { readonly detail: DogDetail; readonly action: ReactNode }) {
  const t = useTranslations("dog.verdict");
  const f = useFormatters();
  const { status, lastTickAt, retry } = useLive();
  const { row } = detail;
  const title = useDogTitle(detail);
  if (status === "stale" || status === "reconnecting")
    return (
      <Verdict
        tone="warning"
        level={2}
        glyph={<Unplug aria-hidden className="size-[18px]" />}
        title={t("lastKnown", { time: f.clock(lastTickAt ?? Date.parse(detail.as_of)), words: title })}
        sentence={t("locked")}
        actions={
          <>
            <Button onClick={retry}>{t("retryNow")}</Button>
            {action}
          </>
        }
      />
    );
  return (
    <Verdict
      tone={TONE[row.state]}
      level={2}
      glyph={<Glyph state={row.state} share={dialShare(row)} />}
      title={title}
      sentence={<DogSentence detail={detail} />}
      actions={action}
    />
  );
}

/** On the red tile of "gave up" the octagon is drawn in white. */
function Glyph({ state, share }: { readonly state: DogState; readonly share: number }) {
  if (state !== "gave_up") return <StateGlyph state={state} size={18} fraction={share} />;
  return (
    <svg aria-hidden viewBox="0 0 16 16" className="size-[18px] fill-none stroke-white stroke-[1.7]">
      <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" />
      <path strokeLinecap="round" d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />
    </svg>
  );
}
