"use client";

import { Siren, Unplug, Zap } from "lucide-react";
import { useState } from "react";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { Histogram, ReasonsOverTime } from "#app/_components/charts/lazy.tsx";
import { ReasonBarsNow } from "#app/_components/charts/reason-bars-now.tsx";
import { Sparkline } from "#app/_components/charts/sparkline.tsx";
import { StateOverTimeCard } from "#app/_components/charts/state-over-time-card.tsx";
import { ConsoleShell } from "#app/_components/layout/console-shell.tsx";
import { GatewayList } from "#app/_components/layout/gateway-list.tsx";
import { PageBody } from "#app/_components/layout/page-header.tsx";
import { SearchButton } from "#app/_components/layout/search-button.tsx";
import { ServerClock } from "#app/_components/layout/server-clock.tsx";
import { Verdict } from "#app/_components/layout/verdict.tsx";
import { Button } from "#app/_components/ui/button.tsx";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { ConfirmDialog } from "#app/_components/ui/confirm-dialog.tsx";
import { Countdown } from "#app/_components/ui/countdown.tsx";
import { KpiCard } from "#app/_components/ui/kpi-card.tsx";
import { LiveIndicator } from "#app/_components/ui/live-indicator.tsx";
import { Meter } from "#app/_components/ui/meter.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { HOUR_AGO, NOW, reasonPoints, spark, statePoints } from "./kit-sample.ts";

export function KitOverview({ mood }: { readonly mood: "calm" | "storm" | "stale" }) {
  const [span, setSpan] = useState("1h");
  const [isOpen, setOpen] = useState(false);
  const isStale = mood === "stale";
  return (
    <div data-feed={isStale ? "stale" : "live"}>
      <ConsoleShell
        userName="Lin Wei"
        fleetName="East fleet"
        initiallyCollapsed={false}
        counts={{ reconnections: 31, dogs: 400 }}
        gateways={
          <GatewayList
            gateways={[
              { name: "gw-east-1", up: true, sessions: 191 },
              { name: "gw-east-2", up: true, sessions: 152 },
              { name: "gw-west-1", up: true, sessions: 35 },
            ]}
          />
        }
        live={<LiveIndicator status={isStale ? "stale" : "live"} seconds={7} />}
        clock={<ServerClock now={NOW} stale={isStale} />}
        search={<SearchButton />}
      >
        <PageBody>
          {mood === "calm" && (
            <Verdict
              tone="calm"
              glyph={<StateGlyph state="connected" size={18} />}
              title="The fleet is holding: 371 of 400 connected"
              sentence={
                <>
                  22 dogs are out with no shared cause; the largest group is 6 of 118 at Ningbo yard. If nothing
                  changes, <b>up to 5 give up</b> by 03:14:26.
                </>
              }
              actions={
                <>
                  <span className="text-12 text-fg-2">02:12 to 03:12</span>
                  <Segmented
                    label="Window"
                    value={span}
                    onChange={setSpan}
                    options={[
                      { value: "15m", label: "15 m" },
                      { value: "1h", label: "1 h" },
                    ]}
                  />
                </>
              }
            />
          )}
          {mood === "storm" && (
            <Verdict
              tone="critical"
              glyph={<Siren aria-hidden className="size-[18px]" />}
              title="Ningbo yard lost 102 of 118 dogs within 6 s"
              sentence={
                <>
                  One cause: network timeout at one uplink, since 03:11:22. If nothing changes they give up from{" "}
                  <b>~03:14:23</b>, in <b>~1:58</b>.
                </>
              }
              actions={
                <>
                  <Button variant="ghost">Acknowledge</Button>
                  <Button>Show 102 dogs</Button>
                  <Button
                    variant="primary"
                    icon={<Zap aria-hidden className="size-3.5" />}
                    onClick={() => setOpen(true)}
                  >
                    Force 102 dogs…
                  </Button>
                </>
              }
            />
          )}
          {isStale && (
            <Verdict
              tone="warning"
              glyph={<Unplug aria-hidden className="size-[18px]" />}
              title="Last known at 03:12:26: 371 of 400 connected"
              sentence="No tick for 7 s. Countdowns are stopped and actions are locked until the feed is back; then everything is fetched again."
              actions={
                <>
                  <span className="text-12">next try in 3 s</span>
                  <Button>Retry now</Button>
                </>
              }
            />
          )}
          <div className="grid grid-cols-2 gap-3 lg:grid-cols-3 xl:grid-cols-6">
            <KpiCard
              glyph="connected"
              label="Connected"
              value="371"
              suffix="of 400 known"
              foot={
                <>
                  <StateGlyph state="settling" size={12} /> <b>9</b> settling{" "}
                  <StateGlyph state="silent" size={12} className="ml-1.5" /> <b>7</b> silent
                </>
              }
              spark={<Sparkline inset={8} values={spark(1, 370, 6)} color="var(--state-connected-fill)" />}
            />
            <KpiCard
              glyph="reconnecting"
              label="Reconnecting"
              value="18"
              alert={mood === "storm" ? "+102 in 64 s" : undefined}
              foot={
                <>
                  <StateGlyph state="refused" size={12} /> <b>3</b> refused{" "}
                  <StateGlyph state="probing" size={12} className="ml-1.5" /> <b>2</b> probing
                </>
              }
              spark={<Sparkline inset={8} values={spark(2, 12, 9)} color="var(--state-reconnecting-fill)" />}
            />
            <KpiCard
              glyph="gave_up"
              label="Gave up"
              value="4"
              foot={
                <>
                  next in <Countdown target={NOW + 21_000} now={NOW} estimated className="font-bold" /> at the earliest
                </>
              }
              spark={<Sparkline inset={8} values={spark(3, 2, 4)} color="var(--state-gave-up-fill)" />}
            />
            <KpiCard
              label="Success rate"
              window="1 h"
              value="95.6"
              unit="%"
              foot={
                <>
                  of <b>862</b> decided, <b>31</b> open
                </>
              }
              spark={<Sparkline inset={8} values={spark(4, 90, 6)} />}
            />
            <KpiCard
              label="Time to recover"
              window="1 h"
              value="7.7"
              unit="s"
              suffix="median"
              foot={
                <>
                  p95 <b>2 min 31 s</b>, of 824
                </>
              }
              spark={<Sparkline inset={8} values={spark(5, 7, 1)} />}
            />
            <KpiCard
              label="Flapping"
              window="10 min"
              value="3"
              suffix="dogs"
              foot={
                <>
                  <b>11</b> returns under 60 s
                </>
              }
              spark={<Sparkline inset={8} values={spark(6, 1, 3)} />}
            />
          </div>
          <div className="grid gap-3 xl:grid-cols-[1fr_360px]">
            <div className="flex min-w-0 flex-col gap-3">
              <StateOverTimeCard
                title="State over time"
                caption="dogs, 1 h"
                points={statePoints(mood === "storm")}
                from={HOUR_AGO}
                to={NOW}
                marks={[
                  { at: HOUR_AGO + 43 * 30_000, label: "gw-west-1 down, 36 unknown" },
                  ...(mood === "storm" ? [{ at: NOW - 64_000, label: "Ningbo yard, 03:11:22", line: true }] : []),
                ]}
              />
              <ChartFrame
                title="Why dogs drop"
                caption="outages by reason, 1 h"
                table={{ columns: ["Time", "All"], rows: reasonPoints.map((point) => [String(point.at), 1]) }}
                height={154}
              >
                <div className="grid h-full gap-6 md:grid-cols-[300px_1fr]">
                  <div>
                    <p className="mb-1.5 text-12 text-fg-2">
                      Now <b className="text-fg">22</b> dogs out
                    </p>
                    <ReasonBarsNow
                      onSelect={() => undefined}
                      bars={[
                        { group: "network_timeout", label: "Network timeout", detail: "network", count: 7 },
                        { group: "peer_reset", label: "Reset by peer", detail: "network", count: 4 },
                        { group: "abnormal_closure", label: "Abnormal closure", detail: "network", count: 4 },
                        { group: "auth_failed", label: "Auth failed", detail: "auth", count: 3 },
                        { group: "server_error", label: "Server error", detail: "server", count: 2 },
                        { group: "other", label: "Other", detail: "3 reasons", count: 2 },
                      ]}
                    />
                  </div>
                  <div className="flex min-w-0 flex-col max-md:h-40">
                    <p className="text-12 text-fg-2">
                      Over time <b className="text-fg">868</b> drops in 1 h, per 2 min
                    </p>
                    <div className="min-h-0 flex-1">
                      <ReasonsOverTime title="Why dogs drop" points={reasonPoints} bucketMs={120_000} />
                    </div>
                  </div>
                </div>
              </ChartFrame>
              <div className="grid gap-3 md:grid-cols-2">
                <ChartFrame
                  title="Attempts"
                  caption="dials per outage"
                  table={{ columns: ["Dials", "Recovered"], rows: [["1", 75]] }}
                  height={148}
                >
                  <div className="grid h-full grid-cols-[1.25fr_1fr] gap-3">
                    <Histogram
                      title="Recovered"
                      gaveUp={38}
                      bars={[75, 128, 244, 77, 72, 85, 62, 44, 26, 20].map((count, index) => ({
                        label: String(index + 1),
                        count,
                        detail: `${index + 1} dials`,
                      }))}
                    />
                    <Histogram
                      title="Now running"
                      tone="reconnecting"
                      bars={[0, 2, 0, 3, 3, 2, 1, 3, 1, 1].map((count, index) => ({
                        label: String(index + 1),
                        count,
                        detail: `attempt ${index + 1}`,
                      }))}
                    />
                  </div>
                </ChartFrame>
                <ChartFrame
                  title="Delays"
                  caption="seconds"
                  table={{ columns: ["Time", "Count"], rows: [["0-2", 55]] }}
                  height={148}
                >
                  <div className="grid h-full grid-cols-[1.25fr_1fr] gap-3">
                    <Histogram
                      title="Time to recover"
                      labels="edge"
                      marks={[
                        { position: 2.95, label: "median" },
                        { position: 7.2, label: "p95" },
                      ]}
                      bars={["0", "2", "4", "8", "16", "32", "64", "128"].map((label, index) => ({
                        label,
                        count: [55, 128, 244, 77, 77, 86, 110, 50][index] ?? 0,
                        detail: `from ${label} s`,
                      }))}
                    />
                    <Histogram
                      title="Step now waiting"
                      tone="reconnecting"
                      bars={["1", "2", "4", "8", "16", "30"].map((label, index) => ({
                        label,
                        count: [0, 2, 0, 3, 3, 8][index] ?? 0,
                        detail: `${label} s`,
                      }))}
                    />
                  </div>
                </ChartFrame>
              </div>
            </div>
            <Card>
              <CardHead title="Next to give up" caption="if nothing changes" />
              {[21, 38, 64, 69, 102].map((seconds) => (
                <div key={seconds} className="flex h-7 items-center gap-3 px-3.5 text-12">
                  <span className="font-mono">GB-A1-0{400 + seconds}</span>
                  <span className="flex-1 truncate text-fg-2">Network timeout</span>
                  <Meter share={seconds / 170} tone={seconds < 60 ? "gave_up" : "reconnecting"} className="w-11" />
                  <Countdown target={NOW + seconds * 1_000} now={NOW} estimated urgent={seconds < 60} />
                  <Button
                    size="small"
                    variant="ghost"
                    aria-label="Force"
                    locked={isStale ? "Locked: no tick for 7 s" : undefined}
                    icon={<Zap aria-hidden className="size-3.5" />}
                  />
                </div>
              ))}
            </Card>
          </div>
          <ConfirmDialog
            open={isOpen}
            onOpenChange={setOpen}
            title="Force 3 dogs?"
            withNote
            lines={[
              { state: "reconnecting", count: 1, text: "is watched for at its next dial, in ~9 s." },
              { state: "gave_up", count: 2, text: "are armed: each must dial in by itself within 5 min." },
            ]}
            confirmLabel="Force 3 dogs"
            confirmIcon={<Zap aria-hidden className="size-3.5" />}
            onConfirm={() => setOpen(false)}
          />
        </PageBody>
      </ConsoleShell>
    </div>
  );
}
