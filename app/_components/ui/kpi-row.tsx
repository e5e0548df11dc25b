import type { ReactNode } from "react";
import { Card } from "./card.tsx";
import { Skeleton } from "./skeleton.tsx";

const BLOCKS = [1, 2, 3, 4, 5, 6];

/** Six `KpiCard`s that answer first. `children` undefined draws blocks of their size: the numbers are on their way. */
export function KpiRow({ label, children }: { readonly label: string; readonly children: ReactNode | undefined }) {
  return (
    <section
      aria-label={label}
      aria-busy={children === undefined}
      className="grid shrink-0 grid-cols-2 gap-3 max-md:gap-2 lg:grid-cols-3 xl:grid-cols-6"
    >
      {children ?? BLOCKS.map((place) => <KpiBlock key={place} />)}
    </section>
  );
}

function KpiBlock() {
  return (
    <Card className="h-[110px] px-3.5 pt-3.5">
      <Skeleton width={84} height={10} />
      <Skeleton className="mt-3" width={64} height={20} />
      <Skeleton className="mt-3" width={120} height={10} />
    </Card>
  );
}
