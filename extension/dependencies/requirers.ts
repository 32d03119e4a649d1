/** Which packages require which. */
export interface Requirements {
  /** The packages of the lock that require a package directly, in the order of their names. */
  readonly requirers: (name: string) => readonly string[];
  /**
   * A shortest path from a package that the unikernel itself requires to a package: `["tcpip", "ethernet"]`. One name
   * if the unikernel requires it itself; empty if no path is known.
   */
  readonly pathTo: (name: string) => readonly string[];
}

/**
 * Finds out by whom packages are required. `roots` are the packages that the unikernel requires, and `requires` has
 * what each package requires. Linear in the number of dependencies.
 */
export function readRequirements(
  roots: readonly string[],
  requires: ReadonlyMap<string, readonly string[]>,
): Requirements {
  const before = new Map<string, string | undefined>();
  for (const root of roots) before.set(root, undefined);
  const open = [...before.keys()];
  for (let at = 0; at < open.length; at++) {
    const name = open[at] ?? "";
    for (const next of requires.get(name) ?? [])
      if (!before.has(next)) {
        before.set(next, name);
        open.push(next);
      }
  }
  const users = new Map<string, string[]>();
  for (const [name, others] of requires)
    for (const other of new Set(others)) {
      const list = users.get(other);
      if (list) list.push(name);
      else users.set(other, [name]);
    }
  return {
    requirers: (name) => (users.get(name) ?? []).toSorted(),
    pathTo: (name) => {
      if (!before.has(name)) return [];
      const path: string[] = [];
      for (let at: string | undefined = name; at !== undefined; at = before.get(at)) path.unshift(at);
      return path;
    },
  };
}
