"use client";

import { Copy, Lock, SquareArrowOutUpRight, Zap } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { StateGlyph } from "#app/_components/ui/state-glyph.tsx";
import { dialShare, stateAt } from "#app/_dog-table/row-times.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { useDogLine } from "../hooks/use-dog-line.ts";
import type { PaletteForceProvider } from "../model/palette-force.ts";
import { PaletteGroup, PaletteItem } from "./palette-item.tsx";

export const dogValue = (sn: string) => `dog ${sn}`;

/** Dogs found, each with its state in a line, and what may be done with the one last highlighted. */
export function DogResults(props: {
  readonly dogs: readonly DogRow[];
  readonly chosen: DogRow | null;
  readonly Force: PaletteForceProvider;
  readonly onOpen: (sn: string) => void;
  readonly onCopy: (sn: string) => void;
  readonly onForced: () => void;
}) {
  const t = useTranslations("palette");
  const now = useServerNow(1_000);
  const line = useDogLine();
  const { dogs, chosen, Force } = props;
  return (
    <>
      <PaletteGroup heading={t("dogs")}>
        {dogs.map((row) => (
          <PaletteItem
            key={row.client_id}
            value={dogValue(row.client_id)}
            icon={<StateGlyph state={stateAt(row, now)} fraction={dialShare(row)} />}
            aside={row.site ?? undefined}
            onSelect={() => props.onOpen(row.client_id)}
          >
            <span className="font-medium font-mono">{row.client_id}</span>
            <span className="truncate text-fg-2">{line(row, now)}</span>
          </PaletteItem>
        ))}
      </PaletteGroup>
      {chosen !== null && (
        <PaletteGroup heading={t("actionsOn", { sn: chosen.client_id })}>
          <Force row={chosen}>
            {(force) => (
              <PaletteItem
                value={`force ${chosen.client_id}`}
                icon={
                  force.locked === undefined ? (
                    <Zap aria-hidden className="size-4" />
                  ) : (
                    <Lock aria-hidden className="size-4" />
                  )
                }
                disabled={force.locked !== undefined}
                onSelect={() => {
                  force.press();
                  props.onForced();
                }}
              >
                {force.locked ?? force.label}
              </PaletteItem>
            )}
          </Force>
          <PaletteItem
            value={`copy ${chosen.client_id}`}
            icon={<Copy aria-hidden className="size-4" />}
            onSelect={() => props.onCopy(chosen.client_id)}
          >
            {t("copyStatus")}
          </PaletteItem>
          <PaletteItem
            value={`open ${chosen.client_id}`}
            icon={<SquareArrowOutUpRight aria-hidden className="size-4" />}
            onSelect={() => props.onOpen(chosen.client_id)}
          >
            {t("open")}
          </PaletteItem>
        </PaletteGroup>
      )}
    </>
  );
}
