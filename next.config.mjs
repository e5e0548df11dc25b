const isProduction = process.env.NODE_ENV === "production";
const hasKit = !isProduction || process.env.LEASH_KIT === "1";

/** Headers of every answer, assets included. The content security policy carries a nonce and is set in proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "no-referrer" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  {
    key: "Permissions-Policy",
    value:
      "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), serial=(), hid=()",
  },
];

/** @type {import("next").NextConfig} */
export default {
  distDir: process.env.LEASH_DIST_DIR ?? ".next",
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  devIndicators: false,
  // The kit is a page only where the extension is known: a production build does not contain it.
  pageExtensions: hasKit ? ["tsx", "ts", "kit.tsx"] : ["tsx", "ts"],
  typescript: { ignoreBuildErrors: true, tsconfigPath: "tsconfig.next.json" },
  experimental: { optimizePackageImports: ["radix-ui", "lucide-react"] },
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};
