"use client";

import clsx from "clsx";
import { Search, X } from "lucide-react";
import { type ComponentProps, useEffect, useRef } from "react";
import { useTranslations } from "use-intl/react";
import { Kbd } from "./kbd.tsx";

const FRAME =
  "h-8 w-full rounded-control border border-border-strong bg-surface px-3 text-13 text-fg placeholder:text-fg-3 max-md:h-10";

/** A text field. Give it a label. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={clsx(FRAME, className)} />;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

/** Search field; `/` anywhere on the page focuses it, Escape empties it, then leaves it. */
export function SearchInput(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly hotkey?: boolean;
  readonly className?: string | undefined;
}) {
  const { hotkey = true, onChange, value } = props;
  const t = useTranslations("common");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!hotkey) return;
    const focus = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, [hotkey]);
  return (
    <div className={clsx("group relative flex items-center", props.className)}>
      <Search aria-hidden className="pointer-events-none absolute left-2.5 size-4 text-fg-3" />
      <input
        ref={input}
        type="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
        autoComplete="off"
        spellCheck={false}
        className={clsx(FRAME, "pr-9 pl-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      {value !== "" ? (
        <button
          type="button"
          aria-label={t("clear")}
          onClick={() => onChange("")}
          className="absolute right-1 grid size-6 max-md:size-8 place-items-center rounded-small text-fg-3 hover:text-fg"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      ) : (
        hotkey && (
          <Kbd className="pointer-events-none absolute right-1.5 group-focus-within:invisible max-md:hidden">/</Kbd>
        )
      )}
    </div>
  );
}
