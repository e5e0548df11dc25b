"use client";

import NextLink from "next/link";
import type { ComponentProps } from "react";
import { useMoment } from "./moment-context.ts";

/** A link within the console: whoever looks at the past stays there. */
export default function Link({
  href,
  ...rest
}: Omit<ComponentProps<typeof NextLink>, "href"> & { readonly href: string }) {
  const { linkTo } = useMoment();
  return <NextLink {...rest} href={linkTo(href)} />;
}
