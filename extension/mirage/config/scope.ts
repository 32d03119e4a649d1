import { outerSpan, type Argument, type Expression } from "../../ocaml/ast.ts";
import type { Operand, TypeOperand } from "./dslCalls.ts";

/** A name that is visible at a place of the file, the innermost first. */
export interface Scope {
  readonly name: string;
  /** Undefined for a parameter, or a name that a pattern binds. */
  readonly value: Expression | undefined;
  readonly outer: Scope | undefined;
}

/** A scope in which a name is bound to an unknown value. */
export const hide = (outer: Scope | undefined, name: string): Scope => ({ name, value: undefined, outer });

/** The scope of a function's body where the function is called: `jobs |> fun jobs -> …`. */
export function applied(
  { parameters }: Expression & { readonly kind: "function" },
  args: readonly Argument[],
  outer: Scope | undefined,
): Scope | undefined {
  const positional = args.filter(({ label }) => label === undefined);
  let scope = outer;
  for (const { name, label } of parameters) {
    const argument = label === undefined ? positional.shift() : args.find((each) => each.label === label);
    if (name !== undefined) scope = { name, value: argument?.term, outer: scope };
  }
  return scope;
}

/** The innermost binding of a name that no module is written before; undefined if there is none. */
export function findScope(
  name: Expression & { readonly kind: "name" },
  scope: Scope | undefined,
): Scope | undefined {
  if (isQualified(name)) return undefined;
  for (let at = scope; at; at = at.outer) if (at.name === name.name) return at;
  return undefined;
}

/** The value of the innermost binding of a name; undefined if it is not known. */
export function valueOf(name: string, scope: Scope | undefined): Expression | undefined {
  for (let at = scope; at; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}

/** Whether the innermost binding of a name is a function of the file itself. */
export const isFunction = (name: string, scope: Scope | undefined): boolean =>
  valueOf(name, scope)?.kind === "function";

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at; at = at.outer) if (at.name === name) return true;
  return false;
}

/** Whether `Mirage.` is written before the name. */
export const isQualified = ({ name, span }: Expression & { readonly kind: "name" }): boolean =>
  span.end - span.start > name.length;

/** The last name of a path. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** An operand of `@->` or `$`. */
export function operandOf(term: Expression): Operand {
  const isName = term.kind === "name" && !term.name.includes(".");
  return { span: outerSpan(term), name: isName ? term.name : undefined };
}

/** The operands of a functor type; undefined if one is missing. */
export function operandsOf(term: Expression, scope: Scope | undefined): readonly TypeOperand[] | undefined {
  const operands = term.kind === "arrow" ? term.operands : [term];
  const isMissing = ({ kind, span }: Expression) => kind === "other" && span.start === span.end;
  if (operands.length > 1 && operands.some(isMissing)) return undefined;
  return operands.map((each) => ({
    ...operandOf(each),
    isLocal: each.kind === "name" && !isQualified(each) && isBound(each.name, scope),
  }));
}
