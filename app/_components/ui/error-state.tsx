"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

/** What failed, what still works, the stable code, and a retry. */
export function ErrorState(props: {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly code?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly pending?: boolean;
  readonly className?: string | undefined;
}) {
  const t = useTranslations("common");
  return (
    <div role="alert" className={props.className}>
      <EmptyState
        icon={<TriangleAlert aria-hidden />}
        title={props.title}
        text={
          <>
            {props.text} {props.code !== undefined && <code className="font-mono text-12">{props.code}</code>}
          </>
        }
      >
        {props.onRetry !== undefined && (
          <Button
            size="small"
            pending={props.pending ?? false}
            icon={<RotateCw aria-hidden className="size-3.5" />}
            onClick={props.onRetry}
          >
            {t("retry")}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}
