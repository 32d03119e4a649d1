/** The selected rows and the active row, by ordinal. */
export interface RowSelection {
  readonly active: () => number | undefined;
  readonly has: (ordinal: number) => boolean;
  /** The selected rows from `from` to before `to`, or undefined if none is selected. */
  readonly range: () => { readonly from: number; readonly to: number } | undefined;
  /** Activates and selects a row; `extend` selects all rows from the anchor of the selection. */
  readonly move: (ordinal: number, extend: boolean) => void;
  readonly selectAll: (first: number, end: number) => void;
  /** Makes a row active and selects none. */
  readonly setActive: (ordinal: number) => void;
  readonly clear: () => void;
}

/** Creates a selection of consecutive rows, as in the lists of VS Code. */
export function createRowSelection(): RowSelection {
  let begin: number | undefined;
  let active: number | undefined;

  const range: RowSelection["range"] = () =>
    begin === undefined || active === undefined
      ? undefined
      : { from: Math.min(begin, active), to: Math.max(begin, active) + 1 };

  return {
    active: () => active,
    has: (ordinal) => {
      const now = range();
      return now !== undefined && ordinal >= now.from && ordinal < now.to;
    },
    range,
    move: (ordinal, extend) => {
      active = ordinal;
      if (!extend || begin === undefined) begin = ordinal;
    },
    selectAll: (first, end) => {
      if (end <= first) return;
      begin = first;
      active = end - 1;
    },
    setActive: (ordinal) => {
      begin = undefined;
      active = ordinal;
    },
    clear: () => {
      begin = active = undefined;
    },
  };
}
