"use client";

import { useTranslations } from "use-intl/react";
import { ConfirmDialog } from "#app/_components/ui/confirm-dialog.tsx";
import { errorCode } from "#app/_dog-table/list-foot.tsx";
import { useLockReason } from "#app/_dog-table/use-lock-reason.ts";
import { useRetire } from "../api/use-retire.ts";

/** Confirm of one retirement: what it does, an optional note. Load it lazily. */
export function RetireDialog(props: {
  readonly sn: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("dogs");
  const locked = useLockReason();
  const retire = useRetire();
  const { sn } = props;
  const confirm = (note: string) =>
    retire.mutate(
      { sn, note },
      {
        onSuccess: () => {
          props.onOpenChange(false);
          void import("sonner").then(({ toast }) => toast.success(t("retired", { sn })));
        },
      },
    );
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={(open) => {
        if (!open) retire.reset();
        props.onOpenChange(open);
      }}
      title={t("retireTitle", { sn })}
      description={t("retireText")}
      withNote
      confirmLabel={t("retireConfirm", { sn })}
      locked={locked}
      pending={retire.isPending}
      error={retire.error === null ? undefined : `${t("retireFailed", { sn })} (${errorCode(retire.error)})`}
      onConfirm={confirm}
    />
  );
}
