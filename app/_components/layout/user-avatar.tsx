"use client";

import { useTranslations } from "use-intl/react";
import { initials } from "./initials.ts";

export function UserAvatar({ name }: { readonly name: string }) {
  const t = useTranslations("shell");
  const label = t("signedInAs", { name });
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-tint font-semibold text-11 text-accent max-md:size-7"
    >
      <span aria-hidden>{initials(name)}</span>
    </span>
  );
}
