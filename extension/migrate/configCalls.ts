import type { Binding, Expression } from "../ocaml/ast.ts";
import { readBrackets } from "../ocaml/brackets.ts";
import { applicationOf } from "../mirage/config/parseConfig.ts";
import type { Application } from "../mirage/config/dslCalls.ts";
import { parseBindings } from "../ocaml/parseExpression.ts";

/** A call in config.ml whose function is a name. */
export interface NamedCall {
  readonly name: string;
  readonly call: Expression & { readonly kind: "call" };
  /** The arguments without a label, in order. */
  readonly positional: readonly Expression[];
}

/** The calls and the bindings of a config.ml, at every depth, in the order of the text. */
export function readCalls(text: string): {
  readonly calls: readonly NamedCall[];
  readonly bindings: readonly Binding[];
} {
  const calls: NamedCall[] = [];
  const bindings: Binding[] = [];
  const pending: Expression[] = [];
  const bind = (each: Binding): void => {
    bindings.push(each);
    pending.push(each.value);
  };
  parseBindings(readBrackets(text)).forEach(bind);
  for (let term = pending.pop(); term; term = pending.pop()) {
    if (term.kind === "call" && term.function.kind === "name") {
      const positional = term.arguments.filter(({ label }) => label === undefined).map((each) => each.term);
      calls.push({ name: term.function.name, call: term, positional });
    }
    if (term.kind === "let") term.bindings.forEach(bind);
    pending.push(...partsOf(term));
  }
  return {
    calls: calls.toSorted((one, other) => one.call.span.start - other.call.span.start),
    bindings: bindings.toSorted((one, other) => one.span.start - other.span.start),
  };
}

/** Every `functor $ a $ b` of a config.ml, at every depth; a functor without arguments in a list is one too. */
export function readApplications(text: string): Application[] {
  const found: Application[] = [];
  const pending = parseBindings(readBrackets(text)).map(({ value }): Expression => value);
  for (let term = pending.pop(); term; term = pending.pop()) {
    if (term.kind === "let") pending.push(...term.bindings.map(({ value }) => value));
    if (term.kind !== "apply") {
      if (term.kind === "items")
        for (const item of term.items) if (item.kind === "name") found.push(applicationOf(item));
      pending.push(...partsOf(term));
      continue;
    }
    const application = applicationOf(term);
    found.push(application);
    for (let each: Expression = term; each.kind === "apply"; each = each.functor) {
      pending.push(each.argument);
      if (each.functor.kind !== "apply") pending.push(each.functor);
    }
  }
  return found;
}

/** The expressions directly inside an expression, without those that it binds. */
export function partsOf(term: Expression): readonly Expression[] {
  switch (term.kind) {
    case "call":
      return [term.function, ...term.arguments.flatMap((each) => (each.punned ? [] : [each.term]))];
    case "apply":
      return [term.functor, term.argument];
    case "let":
    case "function":
      return [term.body];
    case "arrow":
      return term.operands;
    case "choice":
      return term.options;
    case "items":
      return term.items;
    case "other":
      return term.parts;
    case "part":
      return term.place === 0 ? [term.of] : [];
    case "name":
    case "text":
      return [];
  }
}

/** The expressions that a function returns: after its parameters, bindings, branches and cases. */
export function resultsOf(term: Expression): readonly Expression[] {
  if (term.kind === "function" || term.kind === "let") return resultsOf(term.body);
  return term.kind === "choice" ? term.options.flatMap(resultsOf) : [term];
}
