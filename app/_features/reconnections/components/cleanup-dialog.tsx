"use client";

import { useQuery } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { ConfirmDialog } from "#app/_components/ui/confirm-dialog.tsx";
import { errorCode } from "#app/_dog-table/list-foot.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { countExpired, useCleanup } from "../api/cleanup.ts";

/** Counted confirm of a cleanup: the number is asked for again as it opens, so that it is the one being agreed to. */
export function CleanupDialog(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly expired: number | null;
  readonly ttlMs: number;
  readonly locked: string | undefined;
}) {
  const t = useTranslations("reconnections");
  const f = useFormatters();
  const counted = useQuery({
    queryKey: ["reconnections", "expired"],
    queryFn: countExpired,
    enabled: props.open && props.expired !== null,
    staleTime: 0,
    gcTime: 0,
  });
  const cleanup = useCleanup();
  const count = counted.data?.removed ?? props.expired;
  const confirm = () =>
    cleanup.mutate(undefined, {
      onSuccess: ({ removed }) => {
        props.onOpenChange(false);
        void import("sonner").then(({ toast }) => toast.success(t("cleanupDone", { count: removed })));
      },
    });
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={count === null ? t("cleanupSomeTitle") : t("cleanupTitle", { count })}
      description={t("cleanupText", { ttl: f.duration(props.ttlMs) })}
      confirmLabel={count === null ? t("cleanupSomeConfirm") : t("cleanupConfirm", { count })}
      confirmIcon={<Eraser aria-hidden className="size-4" />}
      locked={props.locked ?? (count === 0 ? t("cleanupNoneHint", { ttl: f.duration(props.ttlMs) }) : undefined)}
      pending={cleanup.isPending}
      {...(cleanup.error === null ? {} : { error: `${t("cleanupFailed")} (${errorCode(cleanup.error)})` })}
      onConfirm={confirm}
    />
  );
}
