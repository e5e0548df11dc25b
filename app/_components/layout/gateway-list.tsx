"use client";

import { useTranslations } from "use-intl/react";

export interface GatewayItem {
  readonly name: string;
  readonly up: boolean;
  readonly sessions: number;
}

/** Gateways at the sidebar's foot: how many are up, and the dogs each holds. */
export function GatewayList({ gateways }: { readonly gateways: readonly GatewayItem[] }) {
  const t = useTranslations("shell");
  const up = gateways.filter((gateway) => gateway.up).length;
  return (
    <section aria-label={t("gateways")} className="text-12 text-fg-2">
      <div className="flex justify-between pb-1">
        <h2>{t("gateways")}</h2>
        <span>{gateways.length === 0 ? t("noGateways") : t("gatewaysUp", { up, all: gateways.length })}</span>
      </div>
      <ul>
        {gateways.map((gateway) => (
          <li key={gateway.name} className="flex h-[22px] items-center justify-between gap-2 font-mono">
            <span className="truncate" title={gateway.name}>
              {gateway.name}
            </span>
            <span className={gateway.up ? "font-sans text-fg" : "font-sans text-state-gave-up"}>
              {gateway.up ? gateway.sessions : t("gatewayDown")}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
