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
  /** "0:12" beside "Watch": for the eye, not part of the button's name. */
  readonly countdown?: string;
  /** "Watch for its next dial, ~12 s": what will happen, for a page and a tooltip. */
  readonly label: string;
  /** The label without its countdown, steady for a screen reader. */
  readonly name: string;
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
  const f = useFormatters();
  const now = useServerNow(1_000);
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

  function words(): Pick<ForceButtonModel, "short" | "countdown" | "label" | "name"> {
    if (locked !== undefined) return { short: t("short.locked"), label: t("short.locked"), name: t("short.locked") };
    if (isBasic) return { short: t("short.basic"), label: t("label.basic"), name: t("label.basic") };
    if (effect !== "watch") {
      const key = effect === "redial" ? "redial" : "arm";
      return { short: t(`short.${key}`), label: t(`label.${key}`), name: t(`label.${key}`) };
    }
    const name = t("label.watch");
    const leftMs = row.next_retry_time === null ? 0 : Date.parse(row.next_retry_time) - now;
    if (leftMs <= 0) return { short: t("short.watch"), label: name, name };
    const time = f.estimate(f.duration(Math.ceil(leftMs / 1_000) * 1_000), row.estimated);
    return { short: t("short.watch"), countdown: f.countdown(leftMs), label: t("label.watchIn", { time }), name };
  }
}
