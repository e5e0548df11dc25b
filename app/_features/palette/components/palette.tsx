"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Kbd } from "#app/_components/ui/kbd.tsx";
import { useSettled } from "#app/_dog-table/use-settled.ts";
import { useAt } from "#app/_live/moment-context.ts";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import { paletteQueries, statusJson } from "../api/palette-queries.ts";
import { useCommands } from "../hooks/use-commands.tsx";
import { findCommands } from "../model/palette-commands.ts";
import type { PaletteForceProvider } from "../model/palette-force.ts";
import { DogResults, dogValue } from "./dog-results.tsx";
import { PaletteGroup, PaletteItem } from "./palette-item.tsx";

const SETTLE_MS = 120;

/** Ctrl/Cmd-K: a dog by part of its serial number, what may be done with it, pages, theme and language. Load it lazily. */
export function Palette(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly Force: PaletteForceProvider;
}) {
  const t = useTranslations("palette");
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade-in bg-black/30 dark:bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          className="-translate-x-1/2 fixed top-24 left-1/2 z-50 w-[600px] max-w-[calc(100vw-16px)] overflow-hidden rounded-card border border-border-strong bg-surface-raised shadow-raised max-md:top-2"
        >
          <Dialog.Title className="sr-only">{t("title")}</Dialog.Title>
          <PaletteBody Force={props.Force} close={() => props.onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ Force, close }: { readonly Force: PaletteForceProvider; readonly close: () => void }) {
  const t = useTranslations("palette");
  const router = useConsoleRouter();
  const [typed, setTyped] = useState("");
  const [highlighted, setHighlighted] = useState("");
  const [lastDog, setLastDog] = useState("");
  const text = useSettled(typed.trim().slice(0, 128), SETTLE_MS);
  const search = useQuery(paletteQueries.dogs(text, useAt()));
  const dogs = typed.trim() === "" ? [] : (search.data?.items ?? []);
  const chosen = dogs.find((row) => row.client_id === lastDog) ?? dogs[0] ?? null;
  const commands = findCommands(useCommands(), typed);
  const [first] = dogs;
  const firstValue = first === undefined ? undefined : dogValue(first.client_id);
  useEffect(() => {
    // Results arrive after the keystroke they answer: the best match is what Enter should mean.
    if (firstValue !== undefined) setHighlighted(firstValue);
  }, [firstValue]);
  const highlight = (value: string) => {
    setHighlighted(value);
    const dog = dogs.find((row) => dogValue(row.client_id) === value);
    if (dog !== undefined) setLastDog(dog.client_id);
  };
  const open = (sn: string) => {
    close();
    router.push(`/dogs/${encodeURIComponent(sn)}`);
  };
  const copy = (sn: string) => {
    close();
    const say = (isDone: boolean) =>
      void import("sonner").then(({ toast }) =>
        isDone ? toast.success(t("copied", { sn })) : toast.error(t("copyFailed", { sn })),
      );
    statusJson(sn)
      .then((json) => navigator.clipboard.writeText(json))
      .then(
        () => say(true),
        () => say(false),
      );
  };
  const isSearching = typed.trim() !== "" && (search.isPending || text !== typed.trim());
  return (
    <Command
      label={t("title")}
      shouldFilter={false}
      loop
      value={highlighted}
      onValueChange={highlight}
      className="flex flex-col"
    >
      <div className="flex h-12 items-center gap-2.5 border-border border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-fg-3" />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder={t("placeholder")}
          className="h-full min-w-0 flex-1 bg-transparent text-14 text-fg outline-none placeholder:text-fg-3"
        />
        <Kbd className="max-md:hidden">Esc</Kbd>
      </div>
      <Command.List className="max-h-[min(430px,calc(100dvh-160px))] overflow-auto pb-2">
        {dogs.length > 0 && (
          <DogResults dogs={dogs} chosen={chosen} Force={Force} onOpen={open} onCopy={copy} onForced={close} />
        )}
        {dogs.length === 0 && typed.trim() !== "" && (
          <output className="block px-4 py-3 text-13 text-fg-3">
            {search.isError ? t("failed") : isSearching ? t("searching") : t("noMatch", { query: typed.trim() })}
          </output>
        )}
        {(["pages", "console"] as const).map((group) => {
          const some = commands.filter((command) => command.group === group);
          if (some.length === 0) return null;
          return (
            <PaletteGroup key={group} heading={t(group)}>
              {some.map((command) => (
                <PaletteItem
                  key={command.id}
                  value={command.id}
                  icon={command.icon}
                  {...(command.lang === undefined ? {} : { lang: command.lang })}
                  onSelect={() => {
                    close();
                    command.run();
                  }}
                >
                  {command.label}
                </PaletteItem>
              ))}
            </PaletteGroup>
          );
        })}
      </Command.List>
    </Command>
  );
}
