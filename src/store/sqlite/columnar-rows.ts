/*
 * Rows without column names, which is how they cross threads: names in every row would cost more to transfer
 * than the values do.
 */

export interface ColumnarRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** True where more rows exist that did not fit in a page. */
  readonly isCut?: boolean;
}

/** Names the values. It copies the first row, which is faster than to add each name to each row. */
export function toObjects({
  columns,
  rows,
}: Pick<ColumnarRows, 'columns' | 'rows'>): Record<string, unknown>[] {
  const first: Record<string, unknown> = {};
  return rows.map((values, at) => {
    const row = at === 0 ? first : { ...first };
    for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = values[i];
    return row;
  });
}
