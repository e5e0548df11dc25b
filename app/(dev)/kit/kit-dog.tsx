"use client";

import { Zap } from "lucide-react";
import { BackoffLadder } from "#app/_components/charts/backoff-ladder.tsx";
import { ChartFrame } from "#app/_components/charts/chart-frame.tsx";
import { TimelineLane } from "#app/_components/charts/timeline-lane.tsx";
import { ConsoleShell } from "#app/_components/layout/console-shell.tsx";
import { PageBody } from "#app/_components/layout/page-header.tsx";
import { SearchButton } from "#app/_components/layout/search-button.tsx";
import { Verdict } from "#app/_components/layout/verdict.tsx";
import { AttemptBar } from "#app/_components/ui/attempt-bar.tsx";
import { Button } from "#app/_components/ui/button.tsx";
import { Card, CardBody, CardHead } from "#app/_components/ui/card.tsx";
import { Checkbox } from "#app/_components/ui/checkbox.tsx";
import { Chip, FilterChip } from "#app/_components/ui/chip.tsx";
import { CodeBlock } from "#app/_components/ui/code-block.tsx";
import { CopyButton } from "#app/_components/ui/copy-button.tsx";
import { SearchInput } from "#app/_components/ui/input.tsx";
import { ReasonLabel } from "#app/_components/ui/reason.tsx";
import { StateBadge } from "#app/_components/ui/state-badge.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { Table, TableCell, TableHeadCell, TableRow } from "#app/_components/ui/table.tsx";
import { TicketProgress } from "#app/_components/ui/ticket-progress.tsx";
import { NOW } from "./kit-sample.ts";

const DROPPED = NOW - 79_000;
const waits = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30].map((seconds) => seconds * 1_000);
const dials = waits.map((waitMs, index) => ({
  n: index + 1,
  waitMs,
  at: DROPPED + waits.slice(0, index + 1).reduce((sum, wait) => sum + wait, 0),
  estimated: true,
}));
const DAY = 86_400_000;
const END = DROPPED + 181_000;

export function KitDog() {
  return (
    <ConsoleShell userName="Lin Wei" initiallyCollapsed search={<SearchButton />}>
      <PageBody>
        <Verdict
          tone="warning"
          glyph={<StateGlyph state="reconnecting" size={18} fraction={0.6} />}
          title="Waiting ~12 s before dial 7 of 10"
          sentence={
            <>
              Dropped 1 min 19 s ago by a network timeout, last heard 03:09:52. If nothing changes it gives up between{" "}
              <b>03:14:08</b> and <b>03:15:48</b> (estimate).
            </>
          }
          actions={
            <Button variant="primary" icon={<Zap aria-hidden className="size-3.5" />}>
              Watch for its next dial, ~12 s
            </Button>
          }
        />
        <div className="grid gap-3 xl:grid-cols-[1fr_360px]">
          <div className="flex min-w-0 flex-col gap-3">
            <ChartFrame
              title="Backoff ladder"
              caption="wait before each dial, reported schedule; its dials are estimates"
              table={{
                columns: ["Dial", "Wait"],
                rows: dials.map((dial) => [String(dial.n), `${dial.waitMs / 1_000} s`]),
              }}
            >
              <BackoffLadder
                label="Backoff ladder"
                dials={dials}
                now={NOW}
                end={{ type: "gives_up", from: END, to: END + 100_000, estimated: true }}
              />
            </ChartFrame>
            <ChartFrame title="Timeline" caption="24 h, and this outage up to its end" table={null}>
              <TimelineLane
                label="Timeline"
                from={NOW - DAY}
                to={NOW}
                spans={[
                  { from: NOW - DAY, to: NOW - DAY * 0.54, state: "connected" },
                  { from: NOW - DAY * 0.54, to: NOW - DAY * 0.53, state: "gave_up" },
                  { from: NOW - DAY * 0.53, to: NOW - DAY * 0.27, state: "connected" },
                  { from: NOW - DAY * 0.27, to: NOW - DAY * 0.25, state: "unknown" },
                  { from: NOW - DAY * 0.25, to: DROPPED, state: "connected" },
                  { from: DROPPED, to: NOW, state: "waiting" },
                ]}
                forces={[
                  { at: NOW - DAY * 0.535, label: "armed" },
                  { at: NOW - DAY * 0.17, label: "armed" },
                ]}
                notes={[{ at: NOW - DAY * 0.26, label: "no gateway 29 min" }]}
                zoom={{
                  from: DROPPED - 180_000,
                  to: END + 180_000,
                  spans: [
                    { from: DROPPED - 180_000, to: DROPPED - 30_000, state: "connected" },
                    { from: DROPPED - 30_000, to: DROPPED, state: "silent" },
                    { from: DROPPED, to: NOW, state: "waiting" },
                    { from: NOW, to: END, state: "planned" },
                    { from: END, to: END + 100_000, state: "may_give_up" },
                    { from: END + 100_000, to: END + 180_000, state: "gave_up" },
                  ],
                  dials: dials.map((dial) => ({
                    at: dial.at,
                    label: dial.n >= 5 ? String(dial.n) : "",
                    planned: dial.at > NOW,
                  })),
                  marks: [{ at: NOW, label: "now" }],
                }}
              />
            </ChartFrame>
            <Card>
              <CardHead
                title="Table"
                actions={
                  <>
                    <SearchInput label="Filter" value="" onChange={() => undefined} placeholder="Filter by sn" />
                    <Chip pressed icon={<StateGlyph state="gave_up" />} count={4}>
                      Gave up
                    </Chip>
                    <Chip variant="add">+ Filter</Chip>
                    <FilterChip name="Network" value="4G" onRemove={() => undefined} />
                  </>
                }
              />
              <Table>
                <thead>
                  <tr>
                    <TableHeadCell width={44}>
                      <Checkbox aria-label="All" indeterminate />
                    </TableHeadCell>
                    <TableHeadCell>State</TableHeadCell>
                    <TableHeadCell onSort={() => undefined} sorted="desc">
                      Attempt
                    </TableHeadCell>
                    <TableHeadCell align="end">Out for</TableHeadCell>
                    <TableHeadCell>Force</TableHeadCell>
                  </tr>
                </thead>
                <tbody>
                  <TableRow>
                    <TableCell>
                      <Checkbox aria-label="one" />
                    </TableCell>
                    <TableCell>
                      <StateBadge state="reconnecting" fraction={0.7} />
                    </TableCell>
                    <TableCell>
                      <AttemptBar attempt={7} max={10} tone="reconnecting" estimated />
                    </TableCell>
                    <TableCell align="end">2 min 40 s</TableCell>
                    <TableCell>
                      <Button size="small">Watch 0:21</Button>
                    </TableCell>
                  </TableRow>
                  <TableRow selected>
                    <TableCell>
                      <Checkbox aria-label="two" defaultChecked />
                    </TableCell>
                    <TableCell>
                      <StateBadge state="gave_up" />
                      <ReasonLabel code="unknown" raw="bad record MAC" swatch className="ml-2" />
                    </TableCell>
                    <TableCell>
                      <AttemptBar attempt={10} max={10} tone="gave_up" estimated />
                    </TableCell>
                    <TableCell align="end">9 min 38 s</TableCell>
                    <TableCell>
                      <TicketProgress status="armed" words="Armed, no dial yet" />
                    </TableCell>
                  </TableRow>
                  <TableRow>
                    <TableCell>
                      <Checkbox aria-label="three" />
                    </TableCell>
                    <TableCell>
                      <StateBadge state="settling" />
                    </TableCell>
                    <TableCell>
                      <AttemptBar attempt={6} max={10} tone="settling" />
                    </TableCell>
                    <TableCell align="end">1 min 15 s</TableCell>
                    <TableCell>
                      <Button size="small" locked="Token expired">
                        Token expired
                      </Button>
                    </TableCell>
                  </TableRow>
                </tbody>
              </Table>
            </Card>
          </div>
          <Card>
            <CardHead title="Status" caption="as the API answers" actions={<CopyButton text="{}" />} />
            <CardBody>
              <CodeBlock
                label="Status"
                code={JSON.stringify(
                  {
                    client_id: "GB-A1-0412",
                    is_connected: false,
                    reconnection_attempts: 6,
                    failure_reason: "网络超时",
                    current_delay: "30s",
                  },
                  null,
                  2,
                )}
              />
            </CardBody>
          </Card>
        </div>
      </PageBody>
    </ConsoleShell>
  );
}
