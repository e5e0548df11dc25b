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

/** States counted under one word: the first names the tab. */
export type StateTab = readonly [DogState, ...DogState[]];

export interface StateTabsProps {
  readonly tabs: readonly StateTab[];
  /** Counts of what matches the filter without its state; null before the first answer. */
  readonly counts: DogPage["by_state"] | null;
  readonly tableUrl: TableUrlState;
}

const isChosen = (tab: StateTab, chosen: readonly DogState[]) =>
  tab.length === chosen.length && tab.every((state) => chosen.includes(state));

/** Words and counts of every tab; a choice of states that is no tab shows as none chosen. */
function useTabs({ tabs, counts, tableUrl }: StateTabsProps) {
  const t = useTranslations();
  const f = useFormatters();
  const chosen = tableUrl.url.state;
  const sum = (states: readonly DogState[]) =>
    counts === null ? undefined : f.number(states.reduce((total, state) => total + (counts[state] ?? 0), 0));
  const all = {
    key: "all",
    states: [] as readonly DogState[],
    label: t("common.all"),
    icon: undefined,
    count: sum(tabs.flat()),
    isChosen: chosen.length === 0,
  };
  const rest = tabs.map((tab) => ({
    key: tab[0],
    states: tab as readonly DogState[],
    label: t(`states.${tab[0]}`),
    icon: <StateGlyph state={tab[0]} size={13} />,
    count: sum(tab),
    isChosen: isChosen(tab, chosen),
  }));
  return [all, ...rest];
}

/** All, then one word each, with counts. */
export function StateTabs(props: StateTabsProps) {
  const t = useTranslations("table");
  const tabs = useTabs(props);
  return (
    <Segmented<string>
      label={t("stateTabs")}
      value={tabs.find((tab) => tab.isChosen)?.key ?? ""}
      onChange={(key) => props.tableUrl.setStates(tabs.find((tab) => tab.key === key)?.states ?? [])}
      options={tabs.map((tab) => ({ value: tab.key, label: tab.label, icon: tab.icon, count: tab.count ?? "" }))}
    />
  );
}

/** The same on a phone: chips that scroll sideways, the worst state first. Pressing the chosen one lets it go. */
export function StateChips({ className, ...props }: StateTabsProps & { readonly className?: string }) {
  const t = useTranslations("table");
  return (
    <fieldset
      aria-label={t("stateTabs")}
      className={clsx("flex min-w-0 gap-1.5 overflow-x-auto px-4 [scrollbar-width:none]", className)}
    >
      {useTabs(props).map((tab) => (
        <Chip
          key={tab.key}
          pressed={tab.isChosen}
          icon={tab.icon}
          count={tab.count}
          onClick={() => props.tableUrl.setStates(tab.isChosen ? [] : tab.states)}
        >
          {tab.label}
        </Chip>
      ))}
    </fieldset>
  );
}
