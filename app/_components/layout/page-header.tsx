import type { ReactNode } from "react";

/** Title of a table page with its count sentence and page actions. */
export function PageHeader(props: {
  readonly title: ReactNode;
  readonly sentence?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 px-5 max-md:px-4">
      <h1 className="font-semibold text-18 tracking-[-0.018em] max-md:sr-only">{props.title}</h1>
      {props.sentence !== undefined && (
        <p className="min-w-0 text-13 text-fg-2 [&_b]:font-semibold [&_b]:text-fg">{props.sentence}</p>
      )}
      {props.actions !== undefined && <div className="ml-auto flex items-center gap-2">{props.actions}</div>}
    </div>
  );
}

/** Padding of a page of cards: 20 (16 on a phone), top 12, bottom 16, cards 12 apart. */
export function PageBody({ children }: { readonly children: ReactNode }) {
  return <div className="flex min-w-0 flex-1 flex-col gap-3 px-5 pt-3 pb-4 max-md:px-4">{children}</div>;
}
