"use client";

import clsx from "clsx";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { STATE_INK, StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FeedEvent } from "#lib/contracts/fleet.ts";
import { useLogWords } from "../hooks/use-log-words.ts";
import { dialNow, ladderDials, lapsedDials } from "../model/ladder.ts";
import { logKind } from "../model/log-event.ts";

/** One line: when, what kind, its own words, codes and durations. Two lines on a phone. */
function Row(props: {
  readonly at: ReactNode;
  readonly kind: ReactNode;
  readonly text: ReactNode;
  readonly detail: ReactNode;
}) {
  return (
    <li className="grid min-h-[29px] grid-cols-[112px_118px_minmax(0,1fr)_auto] items-center gap-x-2 border-border border-b px-3.5 text-12 max-md:grid-cols-[auto_1fr_auto] max-md:py-1.5">
      <span className="font-mono text-fg-3">{props.at}</span>
      {props.kind}
      <span className="truncate max-md:order-last max-md:col-span-3 max-md:whitespace-normal max-md:break-words">
        {props.text}
      </span>
      <span className="text-right text-fg-2">{props.detail}</span>
    </li>
  );
}

export function LogRow({ event }: { readonly event: FeedEvent }) {
  const t = useTranslations("dog.log.type");
  const f = useFormatters();
  const now = useServerNow(60_000);
  const { word, glyph } = logKind(event);
  const { text, isRaw, detail } = useLogWords()(event);
  const at = Date.parse(event.at);
  return (
    <Row
      at={
        <time dateTime={event.at} title={f.full(at)}>
          {f.moment(at, now)}
        </time>
      }
      kind={
        <span className={clsx("inline-flex items-center gap-2 whitespace-nowrap font-medium", STATE_INK[glyph])}>
          <StateGlyph state={glyph} size={13} />
          {t(word)}
        </span>
      }
      text={
        <span className={clsx(isRaw && "font-mono text-fg-2")} title={text}>
          {text}
        </span>
      }
      detail={detail}
    />
  );
}

/** Dials that lapsed since the drop without anybody hearing them: marked as what it is, a projection. */
export function ProjectedRow({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.log");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { row } = detail;
  const dials =
    row.state === "reconnecting" || row.state === "gave_up" || row.state === "probing" ? ladderDials(detail) : [];
  const count = lapsedDials(dials, now);
  const next = dialNow(dials, now);
  if (count === 0 || !row.estimated) return null;
  const lastAt = dials[count - 1]?.at ?? now;
  const nextAt = dials[count]?.at;
  return (
    <Row
      at={`~${f.moment(lastAt, now)}`}
      kind={
        <span className="inline-flex items-center gap-2 whitespace-nowrap text-fg-2">
          <Ellipsis aria-hidden className="size-[13px]" />
          {t("projected", { count })}
        </span>
      }
      text={<span className="text-fg-2">{t("projectedText")}</span>}
      detail={
        nextAt === undefined || next === null
          ? ""
          : t("projectedNext", { dial: next.dial, time: f.estimate(f.clock(nextAt)) })
      }
    />
  );
}
