"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "./button.tsx";

/** Copies `text` and says so until the pointer or focus leaves. `iconOnly` needs `label` ("Copy the serial number"). */
export function CopyButton(props: {
  readonly text: string;
  readonly label?: string;
  readonly iconOnly?: boolean;
  readonly variant?: "secondary" | "ghost";
}) {
  const t = useTranslations("common");
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(props.text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const reset = () => setCopied(false);
  const Icon = copied ? Check : Copy;
  const words = copied ? t("copied") : (props.label ?? t("copy"));
  return (
    <Button
      size="small"
      variant={props.variant ?? "secondary"}
      icon={<Icon aria-hidden className="size-3.5" />}
      aria-label={props.iconOnly === true ? words : undefined}
      onClick={copy}
      onPointerLeave={reset}
      onBlur={reset}
    >
      {props.iconOnly === true ? undefined : <span aria-live="polite">{words}</span>}
    </Button>
  );
}
