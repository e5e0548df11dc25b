"use client";

import { Archive, Copy, Ellipsis, SquareArrowOutUpRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { DropdownMenu, MenuItem, MenuSeparator } from "#app/_components/ui/dropdown-menu.tsx";

/** What else may be done with one dog. Retiring asks first. */
export function RowMenu({ sn, onRetire }: { readonly sn: string; readonly onRetire: (sn: string) => void }) {
  const t = useTranslations("dogs");
  const router = useRouter();
  return (
    <DropdownMenu
      trigger={
        <Button
          size="small"
          variant="ghost"
          tabIndex={-1}
          aria-label={t("menu", { sn })}
          icon={<Ellipsis aria-hidden className="size-4" />}
        />
      }
    >
      <MenuItem
        icon={<SquareArrowOutUpRight aria-hidden className="size-3.5" />}
        onSelect={() => router.push(`/dogs/${encodeURIComponent(sn)}`)}
      >
        {t("open")}
      </MenuItem>
      <MenuItem
        icon={<Copy aria-hidden className="size-3.5" />}
        onSelect={() => void navigator.clipboard.writeText(sn)}
      >
        {t("copySn")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Archive aria-hidden className="size-3.5" />} onSelect={() => onRetire(sn)}>
        {t("retire")}
      </MenuItem>
    </DropdownMenu>
  );
}
