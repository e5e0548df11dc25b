import clsx from "clsx";
import { countdownText } from "#app/_i18n/duration.ts";

/**
 * Time left until `target` (epoch ms) at `now` (the server's clock, epoch ms): "~0:21". Pure: the caller brings the time,
 * so a frozen clock freezes it. `to` makes it a range; `urgent` turns it to the ink of giving up.
 */
export function Countdown(props: {
  readonly target: number;
  readonly to?: number | undefined;
  readonly now: number;
  readonly estimated?: boolean;
  readonly urgent?: boolean;
  readonly className?: string | undefined;
}) {
  const until = props.to === undefined ? "" : `\u2013${countdownText(props.to - props.now)}`;
  return (
    <span
      role="timer"
      aria-live="off"
      className={clsx(
        "whitespace-nowrap font-mono",
        props.urgent === true ? "live-value font-bold text-state-gave-up" : "text-fg",
        props.className,
      )}
    >
      {props.estimated === true && <span className="font-normal text-fg-3">~</span>}
      {countdownText(props.target - props.now)}
      {until}
    </span>
  );
}
