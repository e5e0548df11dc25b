/** Diagonal hatch for SVG fills: time nobody watched, reasons without a name of their own. Put inside `<defs>`. */
export function HatchPattern({ id, color }: { readonly id: string; readonly color: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="5" height="5" fill="var(--surface)" />
      <line x1="0" y1="0" x2="0" y2="5" stroke={color} strokeWidth="1.4" />
    </pattern>
  );
}
