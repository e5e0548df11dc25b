import type { ComponentProps } from "react";

/** A dog's face on lucide's grid. */
export function DogIcon(props: ComponentProps<"svg">) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
      {...props}
    >
      <path d="M7.5 5.5C6 3.8 3.5 4 2.8 5.8c-.6 1.7.2 5.2 1.7 6.7M16.5 5.5C18 3.8 20.5 4 21.2 5.8c.6 1.7-.2 5.2-1.7 6.7" />
      <path d="M7.5 5.5C8.8 4.9 10.3 4.6 12 4.6s3.2.3 4.5.9c2 1.6 3 4.3 3 7 0 4.6-3.3 7.5-7.5 7.5s-7.5-2.9-7.5-7.5c0-2.7 1-5.4 3-7z" />
      <path d="M8.7 11.2v.6M15.3 11.2v.6M10.8 14.6h2.4L12 15.9zM12 15.9v1.3" />
    </svg>
  );
}
