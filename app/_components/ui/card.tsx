import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";

/** A surface with a hairline; no shadow, no gradient. `as` for the landmark it deserves. */
export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section {...rest} className={clsx("min-w-0 rounded-card border border-border bg-surface", className)} />;
}

/** 38 px: title, unit or caption beside it, actions on the right. `ruled` draws the line under it (tables, lists). */
export function CardHead(props: {
  readonly title: ReactNode;
  readonly caption?: ReactNode;
  readonly actions?: ReactNode;
  readonly id?: string | undefined;
  readonly level?: 2 | 3;
  readonly ruled?: boolean;
}) {
  const Heading = props.level === 3 ? "h3" : "h2";
  return (
    <header
      className={clsx(
        "flex min-h-[38px] items-center gap-2.5 px-3.5",
        props.ruled === true && "border-border border-b",
      )}
    >
      <Heading id={props.id} className="shrink-0 font-semibold text-13">
        {props.title}
      </Heading>
      {props.caption !== undefined && <p className="min-w-0 truncate text-12 text-fg-3">{props.caption}</p>}
      {props.actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2">{props.actions}</div>}
    </header>
  );
}

/** The card's content with its padding. */
export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div {...rest} className={clsx("px-3.5 pb-3.5", className)} />;
}
