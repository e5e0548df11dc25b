"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Input } from "./input.tsx";
import { type GlyphState, StateGlyph } from "./state-glyph.tsx";

/** One kind of consequence: "2 are armed: each must dial in by itself within 5 min." */
export interface ConfirmLine {
  readonly state: GlyphState;
  readonly count: ReactNode;
  readonly text: ReactNode;
}

/** Counted confirm: what will happen to how many, an optional note, and the button that says it again. */
export function ConfirmDialog(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly lines?: readonly ConfirmLine[];
  readonly withNote?: boolean;
  readonly confirmLabel: ReactNode;
  readonly confirmIcon?: ReactNode;
  readonly locked?: string | undefined;
  readonly pending?: boolean;
  readonly error?: ReactNode;
  readonly onConfirm: (note: string) => void;
}) {
  const t = useTranslations();
  const [note, setNote] = useState("");
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (props.locked === undefined && props.pending !== true) props.onConfirm(note.trim());
  };
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      description={props.description}
      footer={
        <>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>
            {t("common.cancel")}
          </Button>
          <Button
            type="submit"
            form={form}
            variant="primary"
            icon={props.confirmIcon}
            locked={props.locked}
            pending={props.pending ?? false}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="mt-2.5">
        {props.lines !== undefined && (
          <ul className="flex flex-col">
            {props.lines.map((line) => (
              <li key={line.state} className="flex min-h-6 items-center gap-2.5 text-13 text-fg-2">
                <StateGlyph state={line.state} />
                <span>
                  <b className="font-semibold text-fg">{line.count}</b> {line.text}
                </span>
              </li>
            ))}
          </ul>
        )}
        {props.withNote === true && (
          <Input
            aria-label={t("ui.note")}
            placeholder={t("ui.note")}
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.target.value)}
            className="mt-3"
          />
        )}
        {props.error !== undefined && (
          <div role="alert" className="mt-3 text-13 text-state-gave-up">
            {props.error}
          </div>
        )}
      </form>
    </Dialog>
  );
}
