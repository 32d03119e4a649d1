/** How high the rows of a long list are, most of them alike; pixels. */
export interface Heights {
  /** Says how high a row is. */
  readonly set: (row: number, height: number) => void;
  readonly of: (row: number) => number;
  /** Where a row begins when row 0 begins at 0. */
  readonly top: (row: number) => number;
  /** The row that this place lies in. */
  readonly at: (place: number) => number;
  /** All rows are alike again. */
  readonly reset: () => void;
}

/**
 * Rows of one height, except those that were set. Sums of what rows are higher than `usual` are kept
 * in a Fenwick tree, so that everything takes logarithmic time, and nothing is kept where no row was set.
 * https://doi.org/10.1002/spe.4380240306
 */
export function createHeights(usual: number): Heights {
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

  /** How much higher the rows before this one are together. */
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
    of: (row) => usual + (higher.get(row) ?? 0),
    top: (row) => row * usual + before(row),
    at: (place) => {
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
