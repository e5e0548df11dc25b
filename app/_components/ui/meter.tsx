import clsx from "clsx";

/** A thin bar of one share (0..1) on a track: time left before giving up. Decorative: the words beside it say it. */
export function Meter(props: {
  readonly share: number;
  readonly tone?: "reconnecting" | "gave_up" | "neutral";

  readonly className?: string | undefined;
}) {
  const percent = Math.round(Math.min(1, Math.max(0, props.share)) * 100);
  const tone = props.tone ?? "neutral";
  return (
    <span
      aria-hidden
      className={clsx("live-data block h-1 overflow-hidden rounded-full bg-surface-active", props.className)}
    >
      <span
        className={clsx(
          "block h-full min-w-1 rounded-full transition-[width] duration-(--tween-ms)",
          tone === "reconnecting" && "bg-state-reconnecting-fill",
          tone === "gave_up" && "bg-state-gave-up-fill",
          tone === "neutral" && "bg-chart-neutral",
        )}
        style={{ width: `${percent}%` }}
      />
    </span>
  );
}
