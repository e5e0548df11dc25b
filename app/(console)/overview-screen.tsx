"use client";

import { PageBody } from "#app/_components/layout/page-header.tsx";
import { useFleetSummary } from "#app/_dog-table/fleet-summary.ts";
import { LiveFeed } from "#app/_features/feed/components/live-feed.tsx";
import { ForceButton } from "#app/_features/force/components/force-button.tsx";
import { AttemptsCard } from "#app/_features/overview/components/attempts-card.tsx";
import { DelaysCard } from "#app/_features/overview/components/delays-card.tsx";
import { NextToGiveUp } from "#app/_features/overview/components/next-to-give-up.tsx";
import { OverviewNumbers } from "#app/_features/overview/components/overview-numbers.tsx";
import { ReasonsCard } from "#app/_features/overview/components/reasons-card.tsx";
import { StateCard } from "#app/_features/overview/components/state-card.tsx";
import { CompactWindowPicker, WindowPicker } from "#app/_features/overview/components/window-picker.tsx";
import { useOverviewLive } from "#app/_features/overview/hooks/use-overview-live.ts";
import { useStats } from "#app/_features/overview/hooks/use-stats.tsx";
import { useStatsSpan } from "#app/_features/overview/hooks/use-stats-span.ts";
import { FleetVerdictSlot } from "#app/_features/verdict/components/fleet-verdict.tsx";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { useForceAll } from "./_forcing/use-force-all.tsx";

/** Overview: verdict, numbers, charts, who gives up next, feed. The features meet here and know nothing of one another. */
export function OverviewScreen() {
  const { data: summary, error, refetch } = useFleetSummary();
  const { span } = useStatsSpan();
  const stats = useStats(span);
  useOverviewLive();
  const { renderForce, dialog } = useForceAll(summary?.settings);
  return (
    <PageBody>
      <FleetVerdictSlot
        summary={summary}
        error={error}
        onRetry={() => void refetch()}
        picker={
          <div className="flex items-center gap-2.5 max-md:hidden">
            <WindowPicker />
          </div>
        }
        compactPicker={
          <div className="max-md:hidden">
            <CompactWindowPicker />
          </div>
        }
        renderForce={renderForce}
      />
      <OverviewNumbers summary={summary} stats={stats.stats} />
      <div className="flex flex-col gap-3 xl:grid xl:grid-cols-[minmax(0,1fr)_360px] xl:items-start">
        {/* One column below 1280 px: who gives up next comes first, the feed last. */}
        <div className="contents min-w-0 xl:flex xl:flex-col xl:gap-3">
          <div className="flex items-center justify-end gap-2.5 max-xl:order-2 md:hidden">
            <WindowPicker />
          </div>
          <StateCard {...stats} span={span} className="max-xl:order-2" />
          <ReasonsCard {...stats} summary={summary} span={span} className="max-xl:order-3" />
          <div className="grid gap-3 max-xl:order-4 md:grid-cols-2">
            <AttemptsCard {...stats} span={span} />
            <DelaysCard {...stats} span={span} />
          </div>
        </div>
        <div className="contents xl:flex xl:flex-col xl:gap-3">
          <NextToGiveUp total={summary?.next_give_up.count} renderForce={iconForce} className="max-xl:order-1" />
          <LiveFeed incident={summary?.incident ?? null} className="max-xl:order-5" />
        </div>
      </div>
      {dialog}
    </PageBody>
  );
}

const iconForce = (row: DogRow) => (
  <ForceButton row={row} size="icon" className="border-transparent! bg-transparent! hover:bg-surface-active!" />
);
