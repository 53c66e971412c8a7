/*
 * Rows without names, which is how they cross threads: names in every row would cost more on their way
 * than the values do.
 */

export interface ColumnarRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** True where there are more, which did not fit in a page. */
  readonly isCut?: boolean;
}

/** Names the values: copies the first row, which is faster than to give each its names again. */
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
