"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl/react";
import { Card, CardHead } from "#app/_components/ui/card.tsx";
import { CodeBlock } from "#app/_components/ui/code-block.tsx";
import { CopyButton } from "#app/_components/ui/copy-button.tsx";
import { Skeleton } from "#app/_components/ui/skeleton.tsx";
import { dogQueries } from "../api/dog-queries.ts";

/** The seed's status of this dog, word for word, to paste into a chat or a ticket. */
export function StatusCard({ sn }: { readonly sn: string }) {
  const t = useTranslations("dog.status");
  const { data, error } = useQuery(dogQueries.status(sn));
  const json = data === undefined ? "" : JSON.stringify(data, null, 2);
  return (
    <Card className="flex min-h-0 flex-1 flex-col">
      <CardHead title={t("title")} caption={t("caption")} actions={data !== undefined && <CopyButton text={json} />} />
      <div className="flex min-h-[186px] flex-1 flex-col px-3.5 pb-3.5">
        {data !== undefined && <CodeBlock label={t("block", { sn })} code={json} className="flex-1" />}
        {data === undefined && error === null && <Skeleton className="flex-1" />}
        {data === undefined && error !== null && <p className="text-12 text-fg-2">{t("failed")}</p>}
      </div>
    </Card>
  );
}
