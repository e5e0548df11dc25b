import type { ComponentProps } from "react";

/** The mark: a lead with two ends. */
export function Logo(props: ComponentProps<"svg">) {
  return (
    <svg
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      aria-hidden
      {...props}
    >
      <path d="M2.4 10.4c-1 2.6.6 5.2 3.3 5.2 5.2 0 3.1-11.4 7.9-11.4 1.6 0 2.7 1.3 2.4 3" />
      <circle cx="2.9" cy="12" r=".4" fill="currentColor" />
    </svg>
  );
}
