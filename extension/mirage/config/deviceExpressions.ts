import type { Span } from "../../ocaml/brackets.ts";
import type { Argument, Parameter, Expression } from "../../ocaml/ast.ts";
import { readBrackets } from "../../ocaml/brackets.ts";
import { parseBindings } from "../../ocaml/parseExpression.ts";
import { findMirageModule } from "./mirageModule.ts";

/** The value of an expression of config.ml, as far as devices are concerned. */
export type Value =
  /** A device made by a combinator, or by `main`, `impl` and the like, which name the module. */
  | {
      readonly kind: "made";
      readonly span: Span;
      /** The name that is called. */
      readonly word: Span;
      readonly name: string;
      readonly path: string | undefined;
      /** The first string among its arguments. */
      readonly text: string | undefined;
      /** Positional arguments in order, then labelled ones. */
      readonly arguments: readonly Value[];
      readonly labelled: readonly Value[];
      /** The arguments of a call of `register` or `main` that another name may complete. */
      readonly given?: readonly Argument[];
    }
  /** A functor with its arguments in order. */
  | {
      readonly kind: "applied";
      readonly span: Span;
      readonly functor: Value;
      readonly arguments: readonly Value[];
    }
  | {
      readonly kind: "choice";
      readonly span: Span;
      readonly word: Span;
      readonly options: readonly Value[];
      /** Whether `if_impl` or `match_impl` makes the choice, so that it is a node of the graph until keys decide. */
      readonly byKey: boolean;
      /** The condition that decides between two options, if it is understood. */
      readonly condition: Condition | undefined;
    }
  /** A use of a name that config.ml binds. */
  | { readonly kind: "use"; readonly span: Span; readonly binding: Span | undefined; readonly value: Value }
  | { readonly kind: "items"; readonly span: Span; readonly items: readonly Value[] }
  | {
      readonly kind: "closure";
      readonly parameters: readonly Parameter[];
      readonly body: Expression;
      readonly scope: Scope;
    }
  /** Not a device: a string, a number, or an expression that is not understood. */
  | { readonly kind: "nothing" };

/** A kind of target, as in `Key.is_solo5`, or a key that is a flag. */
export type Condition = { readonly is: string } | { readonly key: string };

interface Bound {
  readonly value: Value;
  /** The binding of the name, unless it is a parameter. */
  readonly span: Span | undefined;
}

/** Names in view, the innermost first. */
interface Scope {
  readonly name: string;
  readonly bound: Bound;
  readonly outer: Scope | undefined;
}

/** A call of `register`. */
export interface Registered {
  readonly word: Span;
  readonly span: Span;
  readonly jobs: readonly Value[];
  /** Values of `~reporter`, `~random` and the like. */
  readonly services: readonly Value[];
}

const nothing: Value = { kind: "nothing" };
/** Bounds the evaluation of a config.ml that calls itself. Real ones need far fewer steps. */
const steps = 20_000;
const deepest = 200;

/** Functions that name a module by a string. */
const namers = new Set(["main", "foreign", "impl", "Device.v", "Functoria.Device.v", "Functoria.impl"]);
/** Functions of which a config.ml may make other names: `let reg = register ~packages`. */
const renamed = new Set(["register", "main", "foreign"]);
/** Functions that return the device they are applied to. */
const wrappers = new Set(["of_device", "dep", "Functoria.of_device", "abstract", "Functoria.Impl.of_device"]);

/**
 * Follows the names and calls of a config.ml to what it registers: functions that the file defines
 * are applied, nothing else is run. Never fails; ends after a bounded number of steps.
 */
export function evaluateConfig(text: string): readonly Registered[] {
  const registered: Registered[] = [];
  let left = steps;

  const evaluate = (term: Expression, scope: Scope | undefined, depth: number): Value => {
    if (left-- <= 0 || depth > deepest) return nothing;
    const inner = (each: Expression) => evaluate(each, scope, depth + 1);
    switch (term.kind) {
      case "text":
        return nothing;
      case "name":
        return named(term, scope);
      case "items":
        return { kind: "items", span: term.span, items: term.items.map(inner) };
      case "other":
        return { kind: "items", span: term.span, items: term.parts.map(inner) };
      case "arrow":
        return nothing;
      case "choice":
        return {
          kind: "choice",
          span: term.span,
          word: term.span,
          options: term.options.map(inner),
          byKey: false,
          condition: undefined,
        };
      case "part":
        return partOf(inner(term.of), term.place);
      case "function":
        return scope || term.parameters.length > 0
          ? { kind: "closure", parameters: term.parameters, body: term.body, scope: scope ?? empty }
          : nothing;
      case "let": {
        let within = scope;
        for (const { name, nameSpan, value } of term.bindings) {
          const bound = { value: evaluate(value, within, depth + 1), span: nameSpan };
          if (name !== undefined) within = { name, bound, outer: within };
        }
        return evaluate(term.body, within, depth + 1);
      }
      case "apply":
        return applied(term.span, inner(term.functor), inner(term.argument));
      case "call":
        return called(term, scope, depth);
    }
  };

  const called = (term: Expression & { kind: "call" }, scope: Scope | undefined, depth: number): Value => {
    const { function: fn, arguments: args, span } = term;
    const inner = (each: Expression) => evaluate(each, scope, depth + 1);
    const positional = args.filter(({ label }) => label === undefined).map((argument) => argument.term);
    const labelled = args.filter(({ label }) => label !== undefined);
    const known = fn.kind === "name" ? lookUp(fn.name, scope) : { value: inner(fn), span: undefined };
    if (known) {
      const callee = resolveName(known.value);
      if (callee.kind === "made" && callee.given && fn.kind === "name") {
        const whole = { ...term, arguments: [...callee.given, ...args] };
        return calledByName(whole, { ...fn, name: callee.name }, scope, depth);
      }
      if (callee.kind !== "closure") return known.value;
      let within: Scope | undefined = callee.scope;
      const rest = [...positional];
      for (const { name, label } of callee.parameters) {
        const given =
          label === undefined ? rest.shift() : labelled.find((each) => each.label === label)?.term;
        if (name !== undefined) {
          within = { name, bound: { value: given ? inner(given) : nothing, span: undefined }, outer: within };
        }
      }
      const value = evaluate(callee.body, within, depth + 1);
      const partial = resolveName(value);
      if (rest.length > 0 && partial.kind === "made" && partial.given && fn.kind === "name") {
        const given = args.filter((argument) => rest.includes(argument.term));
        return calledByName(
          { ...term, arguments: [...partial.given, ...given] },
          { ...fn, name: partial.name },
          within,
          depth,
        );
      }
      return {
        kind: "use",
        span: fn.span,
        binding: known.span,
        value: { kind: "use", span, binding: undefined, value },
      };
    }
    return fn.kind === "name" ? calledByName(term, fn, scope, depth) : nothing;
  };

  /** A call of a function that the file does not define. */
  const calledByName = (
    { arguments: args, span }: Expression & { kind: "call" },
    fn: Expression & { kind: "name" },
    scope: Scope | undefined,
    depth: number,
  ): Value => {
    const inner = (each: Expression) => evaluate(each, scope, depth + 1);
    const positional = args.filter(({ label }) => label === undefined).map((argument) => argument.term);
    const labelled = args.filter(({ label }) => label !== undefined);
    const values = fn.name === "register" ? positional.map(inner) : [];
    if (values.length > 1 || values.some((value) => resolveName(value).kind === "items")) {
      register(
        fn.span,
        span,
        values,
        labelled.map((each) => inner(each.term)),
      );
      return nothing;
    }
    const [first] = positional;
    if (wrappers.has(fn.name)) return first ? inner(first) : nothing;
    if (fn.name === "if_impl" || fn.name === "match_impl") {
      const options = fn.name === "if_impl" ? positional.slice(1) : positional.slice(1, 2).flatMap(casesOf);
      const fallback = labelled.find(({ label }) => label === "default")?.term;
      const all = fallback ? [...options, fallback] : options;
      const condition = fn.name === "if_impl" ? conditionOf(first, inner) : undefined;
      return { kind: "choice", span, word: fn.span, options: all.map(inner), byKey: true, condition };
    }
    const literal = positional.find((each) => each.kind === "text")?.value;
    const path = namers.has(fn.name) ? literal : undefined;
    return {
      kind: "made",
      span,
      word: fn.span,
      name: fn.name,
      path,
      text: literal,
      arguments: path === undefined ? positional.map(inner) : [],
      labelled: labelled.map((each) => inner(each.term)),
      ...(renamed.has(fn.name) && { given: args }),
    };
  };

  const register = (word: Span, span: Span, positional: readonly Value[], services: readonly Value[]) => {
    const lists = positional.map(resolveName).filter((value) => value.kind === "items");
    registered.push({
      word,
      span,
      jobs: lists.flatMap((list) => (list.kind === "items" ? list.items : [])),
      services,
    });
  };

  let scope: Scope | undefined;
  const brackets = readBrackets(text);
  for (const { name, nameSpan, value } of parseBindings(brackets, findMirageModule(brackets).names)) {
    const bound = { value: evaluate(value, scope, 0), span: nameSpan };
    if (name !== undefined) scope = { name, bound, outer: scope };
  }
  return registered;
}

const empty: Scope = { name: "", bound: { value: nothing, span: undefined }, outer: undefined };

function lookUp(name: string, scope: Scope | undefined): Bound | undefined {
  for (let at = scope; at; at = at.outer) if (at.name === name) return at.bound;
  return undefined;
}

function named(term: Expression & { kind: "name" }, scope: Scope | undefined): Value {
  const { name, span } = term;
  const known = lookUp(name, scope);
  if (known) return { kind: "use", span, binding: known.span, value: known.value };
  return {
    kind: "made",
    span,
    word: span,
    name,
    path: undefined,
    text: undefined,
    arguments: [],
    labelled: [],
    ...(renamed.has(name) && { given: [] }),
  };
}

/** The value that a chain of names stands for. */
export function resolveName(value: Value): Exclude<Value, { kind: "use" }> {
  let found = value;
  while (found.kind === "use") found = found.value;
  return found;
}

/** `f $ a $ b` is one application of `f` to `a` and `b`, also through names. */
function applied(span: Span, functor: Value, argument: Value): Value {
  const inner = resolveName(functor);
  return inner.kind === "applied"
    ? { ...inner, span, arguments: [...inner.arguments, argument] }
    : { kind: "applied", span, functor, arguments: [argument] };
}

/** The value of a part of a tuple; a combinator that returns a tuple makes each of its parts. */
function partOf(value: Value, place: number): Value {
  switch (value.kind) {
    case "use":
      return { ...value, value: partOf(value.value, place) };
    case "items":
      return value.items[place] ?? nothing;
    case "choice":
      return { ...value, options: value.options.map((option) => partOf(option, place)) };
    case "made":
      return place === 0 ? value : { ...value, name: `${value.name}#${place}` };
    case "applied":
    case "closure":
    case "nothing":
      return nothing;
  }
}

/** `Key.is_solo5`, or `Key.value k` where `k` is made by `Key.create "name"`. */
function conditionOf(
  term: Expression | undefined,
  valueOf: (term: Expression) => Value,
): Condition | undefined {
  const base = (name: string) => /^(?:Key\.)?(\w+)$/.exec(name)?.[1] ?? "";
  if (term?.kind === "name") {
    const value = resolveName(valueOf(term));
    const is = value.kind === "made" ? /^is_(\w+)$/.exec(base(value.name))?.[1] : undefined;
    return is === undefined ? undefined : { is };
  }
  const [key] = term?.kind === "call" ? term.arguments : [];
  if (term?.kind !== "call" || !key || term.function.kind !== "name" || base(term.function.name) !== "value")
    return undefined;
  const made = resolveName(valueOf(key.term));
  const isKey = made.kind === "made" && base(made.name) === "create" && made.text !== undefined;
  return isKey ? { key: made.text } : undefined;
}

/** The devices in `[ (case, device); … ]`. */
function casesOf(term: Expression): readonly Expression[] {
  if (term.kind !== "items") return [];
  return term.items.flatMap((item) => {
    const last = item.kind === "items" ? item.items.at(-1) : undefined;
    return last ? [last] : [];
  });
}
