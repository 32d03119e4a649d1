/** What the linker name of an OCaml function says. */
export interface SymbolName {
  /** The compilation unit, such as `Dune__exe__Unikernel`. */
  readonly unit: string;
  /** The function, such as `start`; `fun` for an anonymous one. */
  readonly name: string;
  /** The number that makes the name unique. */
  readonly stamp: number;
}

/**
 * Reads the linker name of an OCaml function: `camlDune__exe__Unikernel.start_376`. The separator is `__` up to
 * OCaml 5.0, `.` from 5.1 on, and `$` on macOS and Windows from 5.4 on. Returns undefined for every other scheme.
 */
export function symbolName(linkerName: string): SymbolName | undefined {
  // `Dune__exe` is the only part of a unit after `__` that dune writes with a small letter.
  const match =
    /^_?caml((?:Dune__exe__)?[A-Z][\w']*?)(?:__|\.|\$)((?:[a-z_][\w']*?)|(?:[^\w\s][^\s]*?))_(\d+)$/.exec(
      linkerName,
    );
  const [, unit, name, stamp] = match ?? [];
  if (unit === undefined || name === undefined || stamp === undefined) return undefined;
  return { unit, name, stamp: Number(stamp) };
}
