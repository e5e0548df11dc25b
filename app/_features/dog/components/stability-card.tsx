"use client";

import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Sparkline } from "#app/_components/charts/sparkline.tsx";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";

const STABLE_MS = 60_000;
const bold = (words: ReactNode) => <b className="font-semibold text-fg">{words}</b>;

/** How well the dog held in the lane's window, with the time nobody watched left out, and its round trips. `window` names the window. */
export function StabilityCard(props: {
  readonly detail: DogDetail;
  readonly stability: DogDetail["stability"];
  readonly window: string;
  readonly isLoading: boolean;
}) {
  const t = useTranslations("dog.stability");
  const f = useFormatters();
  const isBasic = useLiveValue((live) => live.isBasic);
  const { stability, window } = props;
  const caption =
    stability.unknown_ms > 0
      ? t("caption", { window, unknown: f.duration(stability.unknown_ms) })
      : t("captionFull", { window });
  return (
    <Card aria-busy={props.isLoading}>
      <CardHead title={t("title")} caption={isBasic ? t("basic") : caption} />
      <dl className="live-data grid grid-cols-2 gap-x-4 gap-y-3.5 px-3.5 pt-1 pb-3.5">
        <Figure
          name={t("availability")}
          value={
            stability.availability === null ? null : [{ value: f.percentValue(stability.availability, 2), unit: "%" }]
          }
          none={t(isBasic ? "unknown" : "nothing")}
          foot={isBasic ? t("basic") : t("watched", { time: f.duration(stability.watched_ms) })}
        />
        <Figure
          name={t("between")}
          value={stability.mean_between_ms === null ? null : f.durationFigures(stability.mean_between_ms)}
          none={t(isBasic ? "unknown" : "none")}
          foot={
            isBasic
              ? t("basic")
              : stability.outages === 0
                ? t("noneFoot")
                : t("betweenFoot", { count: stability.outages })
          }
        />
        <Figure
          name={t("recover")}
          value={stability.mean_recover_ms === null ? null : f.durationFigures(stability.mean_recover_ms)}
          none={t(isBasic ? "unknown" : "none")}
          foot={isBasic ? t("basic") : t("recoverFoot", { count: stability.recovered, gaveUp: stability.gave_up })}
        />
        <Figure
          name={t("flaps")}
          value={isBasic ? null : [{ value: f.number(stability.flaps), unit: "" }]}
          none={t("unknown")}
          foot={isBasic ? t("basic") : t("flapsFoot", { time: f.duration(STABLE_MS) })}
        />
      </dl>
      <RoundTrips detail={props.detail} />
    </Card>
  );
}

function Figure(props: {
  readonly name: string;
  readonly value: readonly { readonly value: string; readonly unit: string }[] | null;
  readonly none: string;
  readonly foot: string;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-12 text-fg-2">{props.name}</dt>
      <dd className="live-value truncate font-semibold text-18 tracking-[-0.018em]">
        {props.value === null ? (
          <span className="text-fg-3">{props.none}</span>
        ) : (
          props.value.map(({ value, unit }) => (
            <span key={unit}>
              {value}
              <span className="mr-1 text-13"> {unit}</span>
            </span>
          ))
        )}
      </dd>
      <dd className="truncate text-12 text-fg-3">{props.foot}</dd>
    </div>
  );
}

function RoundTrips({ detail }: { readonly detail: DogDetail }) {
  const t = useTranslations("dog.stability");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const { rtt, rtt_summary } = detail;
  const roundTrip = (ms: number) => (ms < 1 ? "<1" : f.number(Math.round(ms)));
  const first = instantMs(rtt[0]?.at ?? null);
  return (
    <div className="h-[98px] border-border border-t px-3.5 pt-3">
      <p className="flex items-baseline gap-3 text-12 text-fg-2">
        <span className="truncate">
          {first === null ? t("rttNone") : t("rtt", { time: f.duration(Math.max(now - first, 1_000)) })}
        </span>
        <span className="ml-auto flex shrink-0 gap-3">
          {rtt_summary.p50 !== null && <span>{t.rich("median", { ms: roundTrip(rtt_summary.p50), b: bold })}</span>}
          {rtt_summary.p95 !== null && <span>{t.rich("p95", { ms: roundTrip(rtt_summary.p95), b: bold })}</span>}
        </span>
      </p>
      {rtt.length === 0 ? (
        <p className="pt-4 text-12 text-fg-3">{t("rttEmpty")}</p>
      ) : (
        <Sparkline
          className="mt-2.5"
          height={46}
          baseline="zero"
          inset={4}
          values={rtt.map(({ ms }) => ms)}
          label={t("chart")}
        />
      )}
    </div>
  );
}
