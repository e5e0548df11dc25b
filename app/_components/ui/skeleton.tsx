import clsx from "clsx";

/** A flat block of the final size. Mark the region `aria-busy`; the block itself is decoration. */
export function Skeleton(props: {
  readonly className?: string | undefined;
  readonly width?: number | string;
  readonly height?: number | string;
}) {
  return (
    <div
      aria-hidden
      className={clsx("animate-skeleton rounded-small bg-surface-active", props.className)}
      style={{ width: props.width, height: props.height }}
    />
  );
}

/** Rows of a table that is on its way. */
export function SkeletonRows(props: { readonly rows: number; readonly rowHeight?: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: props.rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
          key={row}
          className="flex items-center gap-6 border-border border-b px-5"
          style={{ height: props.rowHeight ?? 36 }}
        >
          <Skeleton width={80} height={10} />
          <Skeleton width={96} height={10} />
          <Skeleton className="flex-1" height={10} />
          <Skeleton width={64} height={10} />
        </div>
      ))}
    </div>
  );
}
