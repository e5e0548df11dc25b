"use client";

import { useQuery } from "@tanstack/react-query";
import { Square, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import type { ForceList } from "#lib/contracts/reconnection.ts";
import { batchLeft, forceQueries } from "../api/force-queries.ts";
import { forceCenter } from "../hooks/force-context.ts";
import { useStopBatch } from "../hooks/use-force-mutations.ts";
import { useLockReason } from "../hooks/use-lock-reason.ts";

/** A batch under way, floating: how many are through and how, and the hand that stops what is still queued. */
export function BatchBar({ batch }: { readonly batch: string }) {
  const { data } = useQuery(forceQueries.batch(batch));
  if (data === undefined || data.batch === null) return null;
  return <BatchProgress list={data} batch={data.batch} />;
}

function BatchProgress({ list, batch }: { readonly list: ForceList; readonly batch: NonNullable<ForceList["batch"]> }) {
  const t = useTranslations("force.batch");
  const stop = useStopBatch();
  const lock = useLockReason();
  const queued = batch.by_status.queued ?? 0;
  const left = batchLeft(list);
  useEffect(() => {
    if (left === 0) forceCenter.batchOver(batch);
  }, [left, batch]);
  const share = batch.total === 0 ? 1 : (batch.total - left) / batch.total;
  const parts = (["stable", "failed", "expired", "cancelled"] as const)
    .map((status) => ({ status, count: batch.by_status[status] ?? 0 }))
    .filter(({ count }) => count > 0);
  return (
    <section
      aria-label={t("name")}
      className="flex items-center gap-3 rounded-card border border-border-strong bg-surface-raised px-3 py-2 text-13 shadow-raised max-md:flex-wrap"
    >
      <output className="whitespace-nowrap font-medium">
        {t("progress", { done: batch.total - left, total: batch.total })}
      </output>
      <span
        role="progressbar"
        aria-label={t("name")}
        aria-valuemin={0}
        aria-valuemax={batch.total}
        aria-valuenow={batch.total - left}
        className="h-1 w-28 overflow-hidden rounded-full bg-border-strong"
      >
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="text-12 text-fg-2">
        {[
          ...parts.map(({ status, count }) => t(status, { count })),
          ...(queued > 0 ? [t("queued", { count: queued })] : []),
        ].join(", ")}
      </span>
      {queued > 0 && !batch.stopped && (
        <Button
          size="small"
          icon={<Square aria-hidden className="size-3" />}
          locked={lock}
          pending={stop.isPending}
          onClick={() => stop.mutate(batch.batch)}
        >
          {t("stop", { count: queued })}
        </Button>
      )}
      <Button
        size="small"
        variant="ghost"
        icon={<X aria-hidden className="size-3.5" />}
        aria-label={t("dismiss")}
        onClick={() => forceCenter.dismissBatch(batch.batch)}
      />
    </section>
  );
}
