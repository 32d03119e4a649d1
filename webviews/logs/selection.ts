/** Rows that are selected, and the one that the keyboard is on; by ordinal. */
export interface Selection {
  readonly active: () => number | undefined;
  readonly has: (ordinal: number) => boolean;
  /** From the first to before the second; undefined when nothing is selected. */
  readonly range: () => { readonly from: number; readonly to: number } | undefined;
  /** Goes to a row; `extend` selects all from where the selection began. */
  readonly move: (ordinal: number, extend: boolean) => void;
  readonly all: (first: number, end: number) => void;
  /** The keyboard is on this row, and none is selected. */
  readonly stand: (ordinal: number) => void;
  readonly clear: () => void;
}

/** One run of rows, as in a list of VS Code. */
export function createSelection(): Selection {
  let begin: number | undefined;
  let active: number | undefined;

  const range: Selection["range"] = () =>
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
    all: (first, end) => {
      if (end <= first) return;
      begin = first;
      active = end - 1;
    },
    stand: (ordinal) => {
      begin = undefined;
      active = ordinal;
    },
    clear: () => {
      begin = active = undefined;
    },
  };
}
