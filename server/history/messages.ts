import { AppError, type ErrorCode, type FieldError } from "#lib/errors/app-error.ts";
import type { JournalLocation } from "#server/journal/archive.ts";
import type { HistoryLog } from "./history-log.ts";
import type { PastSettings } from "./past.ts";
import type { Question } from "./questions.ts";

/** What the thread is started with. */
export interface PastStart {
  readonly location: JournalLocation;
  readonly settings: PastSettings;
}

/** What a thread is born with: one that is started again may find the gateway long up. */
export interface ThreadStart extends PastStart {
  readonly isBooted: boolean;
}

export type PastRequest =
  | { readonly type: "ask"; readonly id: number; readonly question: Question; readonly args: readonly unknown[] }
  | { readonly type: "booted" }
  | { readonly type: "close"; readonly id: number };

/** An error as it crosses threads: an AppError whole, of any other its text. */
export type PastFailure =
  | {
      readonly kind: "app";
      readonly code: ErrorCode;
      readonly message: string;
      readonly fields: readonly FieldError[];
      readonly retryAfterS: number | undefined;
      readonly earliest: number | null | undefined;
    }
  | { readonly kind: "other"; readonly message: string };

export type PastReply =
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly failure: PastFailure }
  | { readonly type: "log"; readonly level: keyof HistoryLog; readonly fields: object; readonly message: string };

export function toFailure(error: unknown): PastFailure {
  if (error instanceof AppError) {
    const { code, message, fields, retryAfterS, earliest } = error;
    return { kind: "app", code, message, fields, retryAfterS, earliest };
  }
  return { kind: "other", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function fromFailure(failure: PastFailure): Error {
  if (failure.kind === "other") return new Error(`the thread of the past: ${failure.message}`);
  const { code, message, fields, retryAfterS, earliest } = failure;
  return new AppError(code, message, {
    fields,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    ...(earliest === undefined ? {} : { earliest }),
  });
}
