"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import { Chip } from "#app/_components/ui/chip.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import type { DogPage } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import type { TableUrlState } from "./use-table-url.ts";

export interface StateTabsProps {
  readonly states: readonly DogState[];
  /** Counts of what matches the filter without its state; null before the first answer. */
  readonly counts: DogPage["by_state"] | null;
  readonly tableUrl: TableUrlState;
}

/** All, then one state each, with counts. Several states from a shared address show as none chosen. */
export function StateTabs({ states, counts, tableUrl }: StateTabsProps) {
  const t = useTranslations();
  const f = useFormatters();
  const chosen = tableUrl.url.state.length === 0 ? "all" : tableUrl.url.state.length === 1 ? tableUrl.url.state[0] : "";
  const count = (state: DogState) => (counts === null ? "" : f.number(counts[state] ?? 0));
  const all = counts === null ? "" : f.number(Object.values(counts).reduce((sum, one) => sum + one, 0));
  return (
    <Segmented<string>
      label={t("table.stateTabs")}
      value={chosen ?? ""}
      onChange={(value) => tableUrl.setState(states.find((state) => state === value) ?? null)}
      options={[
        { value: "all", label: t("common.all"), count: all },
        ...states.map((state) => ({
          value: state,
          label: t(`states.${state}`),
          icon: <StateGlyph state={state} size={13} />,
          count: count(state),
        })),
      ]}
    />
  );
}

/** The same on a phone: chips that scroll sideways, the worst state first. */
export function StateChips({ states, counts, tableUrl, className }: StateTabsProps & { readonly className?: string }) {
  const t = useTranslations();
  const f = useFormatters();
  const { state: chosen } = tableUrl.url;
  const all = counts === null ? undefined : Object.values(counts).reduce((sum, one) => sum + one, 0);
  return (
    <fieldset
      aria-label={t("table.stateTabs")}
      className={clsx("flex gap-1.5 overflow-x-auto px-4 [scrollbar-width:none]", className)}
    >
      <Chip pressed={chosen.length === 0} count={all && f.number(all)} onClick={() => tableUrl.setState(null)}>
        {t("common.all")}
      </Chip>
      {states.map((state) => (
        <Chip
          key={state}
          pressed={chosen.includes(state)}
          icon={<StateGlyph state={state} />}
          count={counts === null ? undefined : f.number(counts[state] ?? 0)}
          onClick={() => tableUrl.setState(chosen.includes(state) ? null : state)}
        >
          {t(`states.${state}`)}
        </Chip>
      ))}
    </fieldset>
  );
}
