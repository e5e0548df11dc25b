"use client";

import { Zap } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { ConfirmDialog, type ConfirmLine } from "#app/_components/ui/confirm-dialog.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import { useErrorText } from "../hooks/use-error-text.ts";
import { type ForceMany, useForceMany } from "../hooks/use-force-mutations.ts";
import { useLockReason } from "../hooks/use-lock-reason.ts";
import { type ForcePlan, type ForceTarget, forcibleFilter, forcibleIds, planForce } from "../model/force-plan.ts";

/** What the gateway is set to (`settings` of the summary): how many closes a second, how long an armed dog is waited for. */
export interface ForceSettings {
  readonly force_rate: number;
  readonly force_deadline_ms: number;
}

/**
 * Counted confirm of a force: what will happen to how many, at what pace, an optional note. Load it lazily (next/dynamic). `target` may
 * change while it is open: the numbers follow. `onForced` is called when the gateway took it.
 */
export function ForceConfirm(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly target: ForceTarget;
  readonly settings?: ForceSettings | undefined;
  readonly onForced?: () => void;
}) {
  const t = useTranslations("force.confirm");
  const mutation = useForceMany();
  const errorText = useErrorText();
  const locked = useLockReason();
  const plan = planForce(props.target);
  const lines = useConfirmLines(plan, props.settings);
  const pace = usePace(props.target, plan, props.settings);
  const confirm = (note: string) => {
    mutation.mutate(toRequest(props.target, plan, note), {
      onSuccess: () => {
        props.onOpenChange(false);
        props.onForced?.();
      },
    });
  };
  const label = t("title", { count: plan.total });
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={(open) => {
        if (!open) mutation.reset();
        props.onOpenChange(open);
      }}
      title={t("question", { count: plan.total })}
      description={pace}
      lines={lines}
      withNote
      confirmLabel={label}
      confirmIcon={<Zap aria-hidden className="size-3.5" />}
      locked={locked ?? (plan.total === 0 ? t("nothing") : undefined)}
      pending={mutation.isPending}
      error={mutation.error === null ? undefined : errorText(mutation.error)}
      onConfirm={confirm}
    />
  );
}

function toRequest(target: ForceTarget, plan: ForcePlan, note: string): ForceMany {
  const said = note === "" ? {} : { note };
  if (target.type === "rows") return { type: "some", sns: forcibleIds(target.rows), ...said };
  return { type: "matching", filter: forcibleFilter(target), expected: plan.total, ...said };
}

function useConfirmLines({ counts, nextDialAt }: ForcePlan, settings: ForceSettings | undefined): ConfirmLine[] {
  const t = useTranslations("force.confirm");
  const f = useFormatters();
  const now = useServerNow(1_000);
  const deadline = f.duration(settings?.force_deadline_ms ?? 300_000);
  const lines: ConfirmLine[] = [];
  const leftMs = nextDialAt === null ? 0 : nextDialAt - now;
  if (counts.redial > 0)
    lines.push({ state: "connected", count: counts.redial, text: t("redial", { count: counts.redial }) });
  if (counts.watch > 0) {
    const time = f.estimate(f.duration(Math.ceil(leftMs / 1_000) * 1_000));
    const text = leftMs > 0 ? t("watchIn", { count: counts.watch, time }) : t("watch", { count: counts.watch });
    lines.push({ state: "reconnecting", count: counts.watch, text });
  }
  if (counts.arm > 0)
    lines.push({ state: "gave_up", count: counts.arm, text: t("arm", { count: counts.arm, time: deadline }) });
  if (counts.refused > 0)
    lines.push({ state: "refused", count: counts.refused, text: t("refused", { count: counts.refused }) });
  return lines;
}

/** How long the closes take at the gateway's pace; silence where it is at once. */
function usePace(target: ForceTarget, { counts }: ForcePlan, settings: ForceSettings | undefined): string | undefined {
  const t = useTranslations("force.confirm");
  const f = useFormatters();
  const isBasic = useLiveValue((state) => state.isBasic);
  if (isBasic) return t("basic");
  const rate = settings?.force_rate ?? 50;
  if (target.type !== "matching" || counts.redial <= rate) return undefined;
  return t("pace", { rate, time: f.duration(Math.ceil(counts.redial / rate) * 1_000) });
}
