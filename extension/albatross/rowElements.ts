import type { HostRow } from "./hostModel.ts";

/** The rows that the view shows: one object for each id as long as it is shown, which is updated in place. */
export interface RowElements {
  readonly roots: () => readonly HostRow[];
  /** Updates the rows. Returns those that have changed; undefined stands for the list of hosts. */
  readonly update: (rows: readonly HostRow[]) => readonly (HostRow | undefined)[];
}

/**
 * Creates the rows of the view. VS Code forgets all rows when the whole view is refreshed, and a command of a menu that is
 * open then gets no row. So only what has changed is refreshed, which needs the same objects.
 */
export function createRowElements(): RowElements {
  let elements = new Map<string, HostRow>();
  let roots: readonly HostRow[] = [];
  return {
    roots: () => roots,
    update: (rows) => {
      const changed: (HostRow | undefined)[] = [];
      const shown = new Map<string, HostRow>();
      const adopt = (row: HostRow): HostRow => {
        const children = row.children.map(adopt);
        const element = elements.get(row.id) ?? { ...row, children };
        shown.set(row.id, element);
        if (!isSameRow(element, row) || !areSame(element.children, children)) changed.push(element);
        for (const key of Object.keys(element)) Reflect.deleteProperty(element, key);
        Object.assign(element, row, { children });
        return element;
      };
      const next = rows.map(adopt);
      if (!areSame(roots, next)) changed.push(undefined);
      [elements, roots] = [shown, next];
      return changed;
    },
  };
}

/** Whether two rows look the same and do the same, apart from their children. Ids contain the names of rows. */
function isSameRow(a: HostRow, b: HostRow): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.tooltip === b.tooltip &&
    a.icon === b.icon &&
    a.isError === b.isError &&
    a.context === b.context &&
    a.command === b.command &&
    a.isExpanded === b.isExpanded
  );
}

const areSame = (a: readonly HostRow[], b: readonly HostRow[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);
