import type { Argument, Expression } from "../../ocaml/ast.ts";
import { findScope, isQualified, type Scope } from "./scope.ts";

type Name = Expression & { readonly kind: "name" };

/** A call of a function of mirage, with the arguments that other names already gave it. */
export interface ResolvedCall {
  /** The name that is mirage's: `register` in `let reg = register ~packages`. */
  readonly callee: Name;
  /** All arguments in order. */
  readonly arguments: readonly Argument[];
}

/** Functions of mirage that a config.ml may name otherwise. */
const renamed: ReadonlySet<string> = new Set(["register", "main", "foreign"]);

/** Longer chains of names are not followed. */
const maxNames = 20;

/**
 * Resolves a call of another name of `register` or `main`: `let reg = register`, `let reg = register ~packages`,
 * or a function whose body is a call of `register`. Undefined for all other calls, also for those of the name itself.
 */
export function resolveAlias(
  callee: Name,
  args: readonly Argument[],
  scope: Scope | undefined,
): ResolvedCall | undefined {
  let name = callee;
  let given = args;
  let isFunction = false;
  let at = findScope(callee, scope);
  for (let count = 0; at?.value && count < maxNames; count++) {
    const body = calledIn(at.value);
    if (!body) return undefined;
    isFunction ||= at.value.kind === "function";
    given =
      at.value.kind === "function"
        ? substitute(at.value, body.arguments, given)
        : [...body.arguments, ...given];
    name = body.callee;
    at = findScope(name, at.outer);
  }
  // The parameters of a function can hide types of mirage in the type of a `main`.
  if (isFunction && name.name !== "register") return undefined;
  return name !== callee && !at && renamed.has(name.name) ? { callee: name, arguments: given } : undefined;
}

/** The function that a value is, or that it calls, with the arguments of the call. */
function calledIn(value: Expression): ResolvedCall | undefined {
  const body = value.kind === "function" ? value.body : value;
  if (body.kind === "name") return { callee: body, arguments: [] };
  if (body.kind !== "call" || body.function.kind !== "name") return undefined;
  return { callee: body.function, arguments: body.arguments };
}

/** The arguments of the call in the body of a function, with what is passed in place of parameters. */
function substitute(
  { parameters }: Expression & { readonly kind: "function" },
  body: readonly Argument[],
  given: readonly Argument[],
): readonly Argument[] {
  const rest = [...given];
  const passed = new Map<string, Argument>();
  for (const { name, label } of parameters) {
    const index = rest.findIndex((argument) => argument.label === label);
    const [argument] = index < 0 ? [] : rest.splice(index, 1);
    if (name !== undefined && argument) passed.set(name, argument);
  }
  const replaced = body.map((argument): Argument => {
    const { label, term, span } = argument;
    const value = term.kind === "name" && !isQualified(term) ? passed.get(term.name) : undefined;
    return value ? { label, term: value.term, span: value.span } : { label, term, span };
  });
  return [...replaced, ...rest];
}
