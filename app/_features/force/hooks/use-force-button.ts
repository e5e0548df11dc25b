"use client";

import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { forceEffect } from "../model/force-plan.ts";
import { showToast } from "../toast.ts";
import { useErrorText } from "./use-error-text.ts";
import { useForceOne } from "./use-force-mutations.ts";
import { useLockReason } from "./use-lock-reason.ts";

export interface ForceButtonModel {
  /** "Watch", "Arm", "Redial": for a row. */
  readonly short: string;
  /** "Watch for its next dial": steady, without the countdown that ForceLabel adds. */
  readonly name: string;
  /** When the dog dials next, where that is what a force waits for; epoch ms. */
  readonly dialsAt: number | null;
  /** Why it cannot be pressed. */
  readonly locked: string | undefined;
  readonly isPending: boolean;
  /** Forces it. A refusal is told by a toast. */
  readonly press: () => void;
}

export type ForcibleRow = Pick<DogRow, "client_id" | "state" | "next_retry_time" | "estimated" | "ticket">;

/** What a force does to this dog now, in words, and the hand that does it. */
export function useForceButton(row: ForcibleRow): ForceButtonModel {
  const t = useTranslations("force");
  const isBasic = useLiveValue((state) => state.isBasic);
  const lock = useLockReason();
  const mutation = useForceOne();
  const errorText = useErrorText();
  const effect = forceEffect(row.state);
  const locked = effect === "refused" || effect === "retired" ? t(`locked.${effect}`) : lock;

  return {
    ...words(),
    locked,
    isPending: mutation.isPending,
    press: () => {
      if (locked !== undefined || mutation.isPending) return;
      const sn = row.client_id;
      const refuse = (error: unknown) =>
        showToast("error", { title: t("toast.refused", { sn }), text: errorText(error) });
      mutation.mutate({ sn }, { onError: (error) => void refuse(error) });
    },
  };

  function words(): Pick<ForceButtonModel, "short" | "name" | "dialsAt"> {
    if (locked !== undefined) return { short: t("short.locked"), name: t("short.locked"), dialsAt: null };
    if (isBasic) return { short: t("short.basic"), name: t("label.basic"), dialsAt: null };
    if (effect !== "watch") {
      const key = effect === "redial" ? "redial" : "arm";
      return { short: t(`short.${key}`), name: t(`label.${key}`), dialsAt: null };
    }
    const dialsAt = row.next_retry_time === null ? null : Date.parse(row.next_retry_time);
    return { short: t("short.watch"), name: t("label.watch"), dialsAt };
  }
}

/** The button's sentence with its countdown, "Watch for its next dial, ~12 s": what will happen, for a page and a tooltip. */
export function useForceLabel(
  { name, dialsAt }: Pick<ForceButtonModel, "name" | "dialsAt">,
  estimated: boolean,
): string {
  const t = useTranslations("force.label");
  const f = useFormatters();
  const now = useServerNow(1_000, dialsAt);
  if (dialsAt === null || dialsAt <= now) return name;
  return t("watchIn", { time: f.estimate(f.duration(dialsAt - now), estimated) });
}
