/** The heights of the rows of a long list, in pixels. */
export interface RowHeights {
  /** Sets the height of a row. */
  readonly set: (row: number, height: number) => void;
  readonly height: (row: number) => number;
  /** The offset of a row from the start of row 0. */
  readonly top: (row: number) => number;
  /** The row at an offset. */
  readonly rowAt: (place: number) => number;
  /** Resets all rows to the usual height. */
  readonly reset: () => void;
}

/**
 * All rows have the height `usual`, except those that were set. A Fenwick tree holds the sums of the differences
 * from `usual`, so that every operation takes logarithmic time.
 * https://doi.org/10.1002/spe.4380240306
 */
export function createRowHeights(usual: number): RowHeights {
  let tree = new Float64Array(1);
  const higher = new Map<number, number>();

  const grow = (rows: number): void => {
    let size = 1024;
    while (size <= rows) size *= 2;
    if (size + 1 <= tree.length) return;
    tree = new Float64Array(size + 1);
    for (const [row, extra] of higher) add(row, extra);
  };

  const add = (row: number, extra: number): void => {
    for (let at = row + 1; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + extra;
  };

  /** The sum of the differences from `usual` before this row. */
  const before = (row: number): number => {
    let sum = 0;
    for (let at = Math.min(row, tree.length - 1); at > 0; at -= at & -at) sum += tree[at] ?? 0;
    return sum;
  };

  return {
    set: (row, height) => {
      const change = height - usual - (higher.get(row) ?? 0);
      if (change === 0) return;
      grow(row);
      if (height === usual) higher.delete(row);
      else higher.set(row, height - usual);
      add(row, change);
    },
    height: (row) => usual + (higher.get(row) ?? 0),
    top: (row) => row * usual + before(row),
    rowAt: (place) => {
      let row = 0;
      let left = place;
      for (let step = tree.length - 1; step >= 1; step /= 2) {
        const next = row + step;
        if (next >= tree.length) continue;
        const span = step * usual + (tree[next] ?? 0);
        if (span > left) continue;
        row = next;
        left -= span;
      }
      return row < tree.length - 1 ? row : row + Math.max(0, Math.floor(left / usual));
    },
    reset: () => {
      tree = new Float64Array(1);
      higher.clear();
    },
  };
}
