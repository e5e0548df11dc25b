"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { SearchButton } from "#app/_components/layout/search-button.tsx";
import type { PaletteForceProvider } from "../model/palette-force.ts";

const Palette = dynamic(() => import("./palette.tsx").then((module) => module.Palette), { ssr: false });

/** The top bar's search: press it, or Ctrl/Cmd-K anywhere. The palette itself is loaded with its first use. */
export function PaletteButton({ Force }: { readonly Force: PaletteForceProvider }) {
  const [wasOpened, setWasOpened] = useState(false);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setWasOpened(true);
      setOpen((isOpen) => !isOpen);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return (
    <>
      <SearchButton
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => {
          setWasOpened(true);
          setOpen(true);
        }}
      />
      {wasOpened && <Palette open={open} onOpenChange={setOpen} Force={Force} />}
    </>
  );
}
