"use client";

import { useQuery } from "@tanstack/react-query";
import { Zap } from "lucide-react";
import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { useLockReason } from "#app/_dog-table/use-lock-reason.ts";
import { incidentQueries } from "#app/_features/verdict/api/incident-queries.ts";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import type { DogFilter } from "#lib/contracts/reconnection.ts";

const ForceConfirm = dynamic(
  () => import("#app/_features/force/components/force-confirm.tsx").then((module) => module.ForceConfirm),
  { ssr: false },
);

/** "Force 102 dogs…" for all of a filter: counts them now, asks, forces. */
export function useForceAll(settings: FleetSummary["settings"] | undefined): {
  readonly renderForce: (filter: DogFilter, count: number) => ReactNode;
  readonly dialog: ReactNode;
} {
  const [filter, setFilter] = useState<DogFilter | null>(null);
  const [isOpen, setOpen] = useState(false);
  const renderForce = useCallback(
    (wanted: DogFilter, count: number) => (
      <ForceAllButton
        count={count}
        onPress={() => {
          setFilter(wanted);
          setOpen(true);
        }}
      />
    ),
    [],
  );
  const dialog = filter !== null && (
    <ForceAllDialog filter={filter} open={isOpen} onOpenChange={setOpen} settings={settings} />
  );
  return { renderForce, dialog };
}

function ForceAllButton({ count, onPress }: { readonly count: number; readonly onPress: () => void }) {
  const t = useTranslations("verdict");
  const locked = useLockReason();
  return (
    <Button
      variant="primary"
      icon={<Zap aria-hidden className="size-3.5" />}
      locked={locked}
      onClick={onPress}
      className="max-md:flex-1"
    >
      {t("force", { count })}
    </Button>
  );
}

function ForceAllDialog(props: {
  readonly filter: DogFilter;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly settings: FleetSummary["settings"] | undefined;
}) {
  const { data: byState } = useQuery({ ...incidentQueries.counts(props.filter), enabled: props.open });
  if (byState === undefined) return null;
  return (
    <ForceConfirm
      open={props.open}
      onOpenChange={props.onOpenChange}
      target={{ type: "matching", filter: props.filter, byState }}
      settings={props.settings}
    />
  );
}
