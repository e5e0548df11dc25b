"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Cpu, MapPin, Server, Signal, SlidersHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { CopyButton } from "#app/_components/ui/copy-button.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import Link from "#app/_live/moment-link.tsx";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import { dogQueries } from "../api/dog-queries.ts";
import { RetireButton } from "./retire-button.tsx";

const ICON = "size-3.5 shrink-0 text-fg-3";

/** Where the dog is in the console, its name to copy, what is known of it, and the way to its neighbours. */
export function DogHeader({ sn, detail }: { readonly sn: string; readonly detail: DogDetail | undefined }) {
  const t = useTranslations("dog");
  return (
    <header className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <Link href="/dogs" prefetch={false} className="text-13 text-fg-2 hover:underline">
          {t("crumb")}
        </Link>
        <span aria-hidden className="text-fg-3">
          /
        </span>
        <h1 className="truncate font-mono font-semibold text-18 tracking-[-0.03em]">{sn}</h1>
        <CopyButton iconOnly variant="ghost" text={sn} label={t("copySn")} />
      </div>
      {detail !== undefined && <Facts detail={detail} />}
      <div className="ml-auto flex items-center gap-1">
        {detail !== undefined && detail.row.state !== "retired" && <RetireButton sn={sn} />}
        <Steps sn={sn} />
      </div>
    </header>
  );
}

function Facts({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog");
  const f = useFormatters();
  const { row, schedule } = detail;
  const plan = t("schedule", {
    dials: schedule.max_retries + 1,
    from: f.duration(schedule.base_delay_ms, 1),
    to: f.duration(schedule.max_delay_ms, 1),
  });
  return (
    <ul aria-label={t("facts")} className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-0.5 text-12 text-fg-2">
      <Fact icon={<MapPin aria-hidden className={ICON} />} name={t("site")} value={row.site} />
      <Fact icon={<Signal aria-hidden className={ICON} />} name={t("network")} value={row.network} />
      <Fact icon={<Server aria-hidden className={ICON} />} name={t("gateway")} value={row.gateway} mono />
      <Fact
        icon={<Cpu aria-hidden className={ICON} />}
        value={row.firmware === null ? null : t("firmware", { version: row.firmware })}
      />
      <Fact icon={<SlidersHorizontal aria-hidden className={ICON} />} value={plan} />
    </ul>
  );
}

function Fact(props: {
  readonly icon: ReactNode;
  readonly name?: string;
  readonly value: string | null;
  readonly mono?: boolean;
}) {
  if (props.value === null) return null;
  return (
    <li className="flex items-center gap-1.5 whitespace-nowrap">
      {props.icon}
      {props.name !== undefined && <span className="sr-only">{props.name}</span>}
      <span className={props.mono === true ? "font-mono" : ""}>{props.value}</span>
    </li>
  );
}

function Steps({ sn }: { readonly sn: string }) {
  const t = useTranslations("dog");
  const router = useConsoleRouter();
  const { data, isPending } = useQuery(dogQueries.neighbours(sn));
  const step = (
    to: string | null | undefined,
    words: { there: (to: string) => string; none: string },
    icon: ReactNode,
  ) => {
    const label = to == null ? words.none : words.there(to);
    return (
      <Button
        size="small"
        variant="ghost"
        icon={icon}
        aria-label={label}
        {...(to == null ? (isPending ? { pending: true } : { locked: words.none }) : { hint: label })}
        onClick={() => to != null && router.push(`/dogs/${encodeURIComponent(to)}`)}
      />
    );
  };
  return (
    <>
      {step(
        data?.previous,
        { there: (to) => t("previous", { sn: to }), none: t("noPrevious") },
        <ChevronUp aria-hidden className="size-4" />,
      )}
      {step(
        data?.next,
        { there: (to) => t("next", { sn: to }), none: t("noNext") },
        <ChevronDown aria-hidden className="size-4" />,
      )}
    </>
  );
}
