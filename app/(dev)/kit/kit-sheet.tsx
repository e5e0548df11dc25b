"use client";

import { CircleCheck, History, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl/react";
import { DogIcon } from "#app/_components/layout/dog-icon.tsx";
import { Button } from "#app/_components/ui/button.tsx";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { InlineCode } from "#app/_components/ui/code-block.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { ErrorState } from "#app/_components/ui/error-state.tsx";
import { LiveIndicator } from "#app/_components/ui/live-indicator.tsx";
import { ReasonSwatch } from "#app/_components/ui/reason.tsx";
import { REASON_GROUPS } from "#app/_components/ui/reason-group.ts";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { StateBadge } from "#app/_components/ui/state-badge.tsx";
import type { GlyphState } from "#app/_components/ui/state-glyph.tsx";
import { TicketSegments, TicketStage } from "#app/_components/ui/ticket-progress.tsx";
import { Toaster } from "#app/_components/ui/toaster.tsx";
import type { TicketStatus } from "#lib/fleet/dog.ts";

const STATES: GlyphState[] = [
  "connected",
  "settling",
  "silent",
  "reconnecting",
  "probing",
  "refused",
  "gave_up",
  "offline",
  "retired",
  "unknown",
  "forced",
];
const TICKETS: [TicketStatus, number, string][] = [
  ["closing", 0, "the gateway hangs up first"],
  ["armed", 0, "4:12 left to dial in"],
  ["dialed", 0, "signing in"],
  ["authenticated", 0, "stable in 23 s"],
  ["stable", 0, "done, 1 min 12 s after the click"],
  ["failed", 2, "auth_failed: token expired"],
  ["expired", 1, "no dial within 5 min"],
];
const EXPLAIN = { stable: "60 s", silent: "45 s", probe: "5 min" };

/** Everything in ui/ on one sheet, to be laid beside mock/kit-*.png. */
export function KitSheet() {
  const t = useTranslations();
  const bolt = <Zap aria-hidden className="size-3.5" />;
  return (
    <>
      <Toaster />
      <main className="grid gap-3 p-5 md:grid-cols-3">
        <div className="flex flex-col gap-3">
          <Card>
            <CardHead ruled title="States" caption="glyph, word, ink, fill, tint" />
            {STATES.map((state) => {
              const token =
                state === "probing" ? "reconnecting" : state === "retired" ? "offline" : state.replace("_", "-");
              return (
                <Row key={state} height={30}>
                  <StateBadge state={state} className="w-[114px]" />
                  <span className="flex gap-1">
                    {["", "-fill", "-tint"].map((kind) => (
                      <i
                        key={kind}
                        className={`h-4 w-[22px] rounded-small ${state === "unknown" && kind === "-fill" ? "hatch" : ""}`}
                        style={
                          state === "unknown" && kind === "-fill" ? {} : { background: `var(--state-${token}${kind})` }
                        }
                      />
                    ))}
                  </span>
                  <span className="truncate text-12 text-fg-2">
                    {t(`states.explain.${state === "dialing" ? "reconnecting" : state}`, EXPLAIN)}
                  </span>
                </Row>
              );
            })}
          </Card>
          <Card>
            <CardHead title="Reasons" caption="one colour for each, in every chart" />
            <div className="flex flex-wrap gap-x-4 gap-y-1.5 px-3.5 pb-3.5 text-12">
              {REASON_GROUPS.map((group) => (
                <span key={group} className="inline-flex items-center gap-2">
                  <ReasonSwatch group={group} />
                  {t(`reasons.${group}`)}
                </span>
              ))}
            </div>
          </Card>
          <Card>
            <CardHead title="Type" caption="Geist Sans, Geist Mono, tabular figures" />
            <dl className="grid grid-cols-[96px_1fr] items-center gap-y-2 px-3.5 pb-3.5">
              <dt className="text-fg-3">26 / 32</dt>
              <dd className="font-semibold text-26 tracking-[-0.03em]">371</dd>
              <dt className="text-fg-3">18 / 24</dt>
              <dd className="font-semibold text-18 tracking-[-0.018em]">The fleet is holding: 371 of 400</dd>
              <dt className="text-fg-3">13 / 20</dt>
              <dd>Out for 1 min 19 s after a network timeout</dd>
              <dt className="text-fg-3">13 / 20 mono</dt>
              <dd className="font-mono">GB-A1-0412 03:13:04 ~0:38</dd>
              <dt className="text-fg-3">12 / 16</dt>
              <dd className="text-12 text-fg-2">of 862 decided, 31 open</dd>
              <dt className="text-fg-3">中文 13 / 20</dt>
              <dd lang="zh-CN">网络超时，约 12 秒后拨号</dd>
            </dl>
          </Card>
        </div>
        <div className="flex flex-col gap-3">
          <Card>
            <CardHead ruled title="Force, by what will happen" />
            <Row height={45}>
              <StateBadge state="connected" className="w-[114px]" />
              <Button icon={bolt}>Close and redial</Button>
            </Row>
            <Row height={45}>
              <StateBadge state="reconnecting" className="w-[114px]" />
              <Button variant="primary" icon={bolt}>
                Watch for its next dial, ~18 s
              </Button>
            </Row>
            <Row height={45}>
              <StateBadge state="gave_up" className="w-[114px]" />
              <Button icon={bolt} hint="It must dial in by itself">
                Arm: it must dial in by itself
              </Button>
            </Row>
            <Row height={45}>
              <StateBadge state="refused" className="w-[114px]" />
              <Button locked="A force cannot mend an expired token">Force</Button>
              <span className="text-12 text-fg-3">A force cannot mend an expired token</span>
            </Row>
            <Row height={45}>
              <span className="w-[114px]">
                <LiveIndicator status="stale" seconds={7} />
              </span>
              <Button locked={t("live.locked", { seconds: 7 })}>Force</Button>
              <span className="text-12 text-fg-3">{t("live.locked", { seconds: 7 })}</span>
            </Row>
          </Card>
          <Card>
            <CardHead ruled title="Ticket" caption="armed or closing, dialed, signed in, stable" />
            {TICKETS.map(([status, reached, words]) => (
              <Row key={status} height={34}>
                <TicketStage status={status} className="w-[114px] font-medium" />
                <TicketSegments status={status} reached={reached} />
                <span className="text-12 text-fg-3">{words}</span>
              </Row>
            ))}
          </Card>
          <Card>
            <CardHead title="Live indicator" />
            <div className="flex flex-wrap gap-2 px-3.5 pb-3.5">
              <LiveIndicator boxed status="live" />
              <LiveIndicator boxed status="stale" seconds={7} />
              <LiveIndicator boxed status="reconnecting" />
            </div>
          </Card>
          <Card>
            <CardHead title="Toasts" caption="only the end of an action" />
            <div className="flex gap-2 px-3.5 pb-3.5">
              <Button
                onClick={() =>
                  toast.success(
                    <>
                      <span className="font-mono">GB-A2-0388</span> is stable
                    </>,
                    {
                      duration: 60_000,
                      description: "Forced at 03:10:52, back at dial 1, up 60 s.",
                      action: { label: "Open its page", onClick: () => undefined },
                    },
                  )
                }
              >
                Stable
              </Button>
              <Button
                onClick={() =>
                  toast.error("2 of 3 dogs did not come back", {
                    duration: 60_000,
                    description: "1 stable, 1 login refused, 1 expired without a dial.",
                    action: { label: "See the 3 tickets", onClick: () => undefined },
                  })
                }
              >
                Not back
              </Button>
            </div>
          </Card>
        </div>
        <div className="flex flex-col gap-3">
          <Card aria-busy>
            <CardHead title="State over time" caption="loading: the final size, no spinner" />
            <div className="flex flex-col gap-2 px-3.5 pb-3.5">
              <Skeleton height={44} />
              <Skeleton height={76} />
            </div>
          </Card>
          <Card>
            <CardHead title="Why dogs drop" caption="empty: it says why" />
            <EmptyState
              icon={<CircleCheck aria-hidden />}
              title="No dog dropped in this hour"
              text="400 dogs watched from 02:12 to 03:12 by 3 gateways."
            />
          </Card>
          <Card>
            <CardHead title="Dogs" caption="empty fleet: what to do next" />
            <EmptyState
              icon={<DogIcon />}
              title="No dog has signed in yet"
              text="Point one at this gateway, or start a simulated fleet."
            >
              <InlineCode>npm run fleet -- --dogs 200</InlineCode>
            </EmptyState>
          </Card>
          <Card>
            <CardHead title="Delays" caption="error: what failed, what to try" />
            <ErrorState
              title="The statistics did not answer in 2 s"
              text="Live numbers are not affected."
              code="upstream_unavailable"
              onRetry={() => undefined}
            />
          </Card>
          <Card>
            <CardHead title="State over time" caption="a basic upstream: only what can be known" />
            <EmptyState
              icon={<History aria-hidden />}
              title="This gateway keeps no history"
              text="It answers the four basic calls only. Numbers are polled every 2 s; time before 03:04 is unknown."
            />
          </Card>
        </div>
      </main>
    </>
  );
}

function Row({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return (
    <div
      className="flex items-center gap-2.5 border-border border-t px-3.5 first-of-type:border-t-0"
      style={{ height }}
    >
      {children}
    </div>
  );
}
