"use client";

import { Archive, Copy, Ellipsis, SquareArrowOutUpRight } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { DropdownMenu, MenuItem, MenuSeparator } from "#app/_components/ui/dropdown-menu.tsx";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";

interface RowMenuProps {
  readonly sn: string;
  readonly onRetire: (sn: string) => void;
}

/** What else may be done with one dog. Retiring asks first. Until it is asked for it is its button alone: rows are drawn by the thousand. */
export function RowMenu(props: RowMenuProps) {
  const [isAsked, setAsked] = useState(false);
  if (isAsked) return <AskedMenu {...props} />;
  return <MenuButton sn={props.sn} aria-haspopup="menu" aria-expanded={false} onClick={() => setAsked(true)} />;
}

function MenuButton({ sn, ...rest }: { readonly sn: string } & ComponentProps<typeof Button>) {
  const t = useTranslations("dogs");
  return (
    <Button
      {...rest}
      size="small"
      variant="ghost"
      tabIndex={-1}
      aria-label={t("menu", { sn })}
      icon={<Ellipsis aria-hidden className="size-4" />}
    />
  );
}

function AskedMenu({ sn, onRetire }: RowMenuProps) {
  const t = useTranslations("dogs");
  const router = useConsoleRouter();
  return (
    <DropdownMenu defaultOpen trigger={<MenuButton sn={sn} />}>
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
