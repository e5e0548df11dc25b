import clsx from "clsx";

/** Preformatted text on a sunken ground; scrolls inside itself and can be focused to do so. `label` names it. */
export function CodeBlock(props: {
  readonly code: string;
  readonly label: string;
  readonly className?: string | undefined;
}) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={props.label}
      className={clsx("overflow-auto rounded-control bg-surface-sunken p-2.5", props.className)}
    >
      <pre className="font-mono text-12 text-fg">{props.code}</pre>
    </section>
  );
}

/** A command or value inside a sentence. */
export function InlineCode({ children }: { readonly children: React.ReactNode }) {
  return <code className="rounded-small bg-surface-sunken px-2 py-0.5 font-mono text-12">{children}</code>;
}
