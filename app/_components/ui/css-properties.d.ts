import "react";

declare module "react" {
  /** Custom properties are set inline where a colour is data. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
