"use client";

import { useCallback, useEffect, useRef } from "react";
import { useTranslations } from "use-intl/react";
import { useErrorText } from "#app/_features/force/hooks/use-error-text.ts";
import { useForceOne } from "#app/_features/force/hooks/use-force-mutations.ts";
import { forceEffect } from "#app/_features/force/model/force-plan.ts";
import { showToast } from "#app/_features/force/toast.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";

/** Forces one dog at once; a refusal is a toast even where what asked for it has closed. The function is a constant. */
export function useToldForce(): (row: DogRow, done?: () => void) => void {
  const t = useTranslations("force");
  const errorText = useErrorText();
  const { mutateAsync } = useForceOne();
  const words = useRef({ t, errorText });
  useEffect(() => {
    words.current = { t, errorText };
  });
  return useCallback(
    (row, done) => {
      const refuse = (text: string) =>
        void showToast("error", { title: words.current.t("toast.refused", { sn: row.client_id }), text });
      const effect = forceEffect(row.state);
      if (effect === "refused" || effect === "retired") return refuse(words.current.t(`locked.${effect}`));
      mutateAsync({ sn: row.client_id }).then(
        () => done?.(),
        (error: unknown) => refuse(words.current.errorText(error)),
      );
    },
    [mutateAsync],
  );
}
