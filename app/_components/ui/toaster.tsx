"use client";

import { useTheme } from "next-themes";
import { Toaster as Sonner } from "sonner";
import { useTranslations } from "use-intl/react";
import { StateGlyph } from "./state-glyph.tsx";

/**
 * Where toasts appear; the shell loads it after first paint. Features call `toast.success(title, {description, action})`
 * from sonner, only for the end of an action.
 */
export function Toaster() {
  const t = useTranslations("ui");
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      visibleToasts={3}
      closeButton
      containerAriaLabel={t("notifications")}
      icons={{
        success: <StateGlyph state="connected" size={16} />,
        error: <StateGlyph state="gave_up" size={16} />,
        info: <StateGlyph state="forced" size={16} />,
        warning: <StateGlyph state="reconnecting" size={16} />,
      }}
      toastOptions={{
        unstyled: true,
        closeButtonAriaLabel: t("dismiss"),
        classNames: {
          toast:
            "leash-toast relative grid w-full grid-cols-[16px_1fr] items-start gap-x-2.5 rounded-card border border-border-strong bg-surface-raised py-2.5 pr-10 pl-3 text-12 text-fg shadow-raised",
          title: "font-semibold",
          description: "text-fg-2",
          content: "flex min-w-0 flex-col gap-0.5",
          icon: "mt-px shrink-0",
          actionButton: "col-start-2 mt-0.5 justify-self-start font-medium text-accent hover:underline",
          closeButton: "leash-toast-close",
        },
      }}
    />
  );
}
