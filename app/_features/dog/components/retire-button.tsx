"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { useLockReason } from "#app/_dog-table/use-lock-reason.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useLiveValue } from "#app/_live/use-live.ts";
import { useRetire } from "../api/retire.ts";

const ConfirmDialog = dynamic(
  () => import("#app/_components/ui/confirm-dialog.tsx").then((module) => module.ConfirmDialog),
  { ssr: false },
);

/** Takes the dog out of the fleet, after a question. Not offered where the gateway cannot. */
export function RetireButton({ sn }: { readonly sn: string }) {
  const t = useTranslations("dog.retire");
  const locked = useLockReason();
  const isBasic = useLiveValue((live) => live.isBasic);
  const [isAsked, setAsked] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const retire = useRetire(sn);
  if (isBasic) return null;
  const code = retire.error instanceof ApiError ? retire.error.code : "internal";
  return (
    <>
      <Button
        size="small"
        variant="ghost"
        locked={locked}
        onClick={() => {
          setAsked(true);
          setOpen(true);
        }}
      >
        {t("button")}
      </Button>
      {isAsked && (
        <ConfirmDialog
          open={isOpen}
          onOpenChange={(open) => {
            if (!open) retire.reset();
            setOpen(open);
          }}
          title={t("title", { sn })}
          description={t("text")}
          withNote
          confirmLabel={t("confirm", { sn })}
          locked={locked}
          pending={retire.isPending}
          error={retire.error === null ? undefined : t("failed", { code })}
          onConfirm={(note) => retire.mutate(note, { onSuccess: () => setOpen(false) })}
        />
      )}
    </>
  );
}
