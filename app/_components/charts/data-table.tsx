/** The numbers of a chart as text: the first column names the row. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A chart's equivalent table; scrolls within the card. */
export function DataTable({ table, label }: { readonly table: ChartTable; readonly label: string }) {
  return (
    <div
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="h-full max-h-72 overflow-auto rounded-small"
    >
      <table className="w-full border-separate border-spacing-0 text-12">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th
                key={column}
                scope="col"
                className={`sticky top-0 h-7 border-border border-b bg-surface px-2 font-medium text-fg-2 ${index === 0 ? "text-left" : "text-right"}`}
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join("|")}>
              {row.map((cell, index) =>
                index === 0 ? (
                  <th
                    key={table.columns[index]}
                    scope="row"
                    className="h-6 whitespace-nowrap px-2 text-left font-mono font-normal text-fg-2"
                  >
                    {cell}
                  </th>
                ) : (
                  <td key={table.columns[index]} className="h-6 px-2 text-right">
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
