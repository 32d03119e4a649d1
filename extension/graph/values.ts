import type { Span } from "../../language-bridge/tokens.ts";
import type { Parameter, Term } from "./term.ts";
import { readBindings } from "./terms.ts";

/** What an expression of config.ml stands for, as far as devices go. */
export type Value =
  /** Made by a combinator, or by `main`, `impl` and the like, which name the module. */
  | {
      readonly kind: "made";
      readonly span: Span;
      /** The name that is called. */
      readonly word: Span;
      readonly name: string;
      readonly path: string | undefined;
      /** The first text among its arguments. */
      readonly text: string | undefined;
      /** Positional arguments in order, then labelled ones. */
      readonly arguments: readonly Value[];
      readonly labelled: readonly Value[];
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
      /** Made by `if_impl` or `match_impl`, so that the graph has it as a node until keys decide. */
      readonly byKey: boolean;
      /** What decides between two options, where it is understood. */
      readonly condition: Condition | undefined;
    }
  /** A name that config.ml binds, where it is used. */
  | { readonly kind: "use"; readonly span: Span; readonly binding: Span | undefined; readonly value: Value }
  | { readonly kind: "items"; readonly span: Span; readonly items: readonly Value[] }
  | {
      readonly kind: "closure";
      readonly parameters: readonly Parameter[];
      readonly body: Term;
      readonly scope: Scope;
    }
  /** No device: a text, a number, something that is not understood. */
  | { readonly kind: "nothing" };

/** A kind of target, as in `Key.is_solo5`, or a key that is a flag. */
export type Condition = { readonly is: string } | { readonly key: string };

interface Bound {
  readonly value: Value;
  /** Where the name is bound, unless it is a parameter. */
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
/** So that a config.ml that calls itself ends. No real one comes near. */
const steps = 20_000;
const deepest = 200;

/** Functions that name a module by a text. */
const namers = new Set(["main", "foreign", "impl", "Device.v", "Functoria.Device.v", "Functoria.impl"]);
/** Functions that give back the device they are given. */
const wrappers = new Set(["of_device", "dep", "Functoria.of_device", "abstract", "Functoria.Impl.of_device"]);

/**
 * Follows the names and calls of a config.ml to what it registers: functions that the file defines
 * are applied, nothing else is run. Never fails; ends after a bounded number of steps.
 */
export function registeredIn(text: string): readonly Registered[] {
  const registered: Registered[] = [];
  let left = steps;

  const evaluate = (term: Term, scope: Scope | undefined, depth: number): Value => {
    if (left-- <= 0 || depth > deepest) return nothing;
    const inner = (each: Term) => evaluate(each, scope, depth + 1);
    switch (term.kind) {
      case "text":
        return nothing;
      case "name":
        return named(term, scope);
      case "items":
        return { kind: "items", span: term.span, items: term.items.map(inner) };
      case "other":
        return { kind: "items", span: term.span, items: term.parts.map(inner) };
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

  const called = (term: Term & { kind: "call" }, scope: Scope | undefined, depth: number): Value => {
    const { function: fn, arguments: args, span } = term;
    const inner = (each: Term) => evaluate(each, scope, depth + 1);
    const positional = args.filter(({ label }) => label === undefined).map((argument) => argument.term);
    const labelled = args.filter(({ label }) => label !== undefined);
    const known = fn.kind === "name" ? lookUp(fn.name, scope) : { value: inner(fn), span: undefined };
    if (known) {
      const callee = bare(known.value);
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
      return {
        kind: "use",
        span: fn.span,
        binding: known.span,
        value: { kind: "use", span, binding: undefined, value },
      };
    }
    if (fn.kind !== "name") return nothing;
    if (fn.name === "register") {
      register(
        fn.span,
        span,
        positional.map(inner),
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
    };
  };

  const register = (word: Span, span: Span, positional: readonly Value[], services: readonly Value[]) => {
    const lists = positional.map(bare).filter((value) => value.kind === "items");
    registered.push({
      word,
      span,
      jobs: lists.flatMap((list) => (list.kind === "items" ? list.items : [])),
      services,
    });
  };

  let scope: Scope | undefined;
  for (const { name, nameSpan, value } of readBindings(text)) {
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

function named(term: Term & { kind: "name" }, scope: Scope | undefined): Value {
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
  };
}

/** The value behind names. */
export function bare(value: Value): Exclude<Value, { kind: "use" }> {
  let found = value;
  while (found.kind === "use") found = found.value;
  return found;
}

/** `f $ a $ b` is one application of `f` to `a` and `b`, also when names stand between. */
function applied(span: Span, functor: Value, argument: Value): Value {
  const inner = bare(functor);
  return inner.kind === "applied"
    ? { ...inner, span, arguments: [...inner.arguments, argument] }
    : { kind: "applied", span, functor, arguments: [argument] };
}

/** What a part of a tuple stands for; a combinator that gives a tuple makes each of its parts. */
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
function conditionOf(term: Term | undefined, valueOf: (term: Term) => Value): Condition | undefined {
  const base = (name: string) => /^(?:Key\.)?(\w+)$/.exec(name)?.[1] ?? "";
  if (term?.kind === "name") {
    const value = bare(valueOf(term));
    const is = value.kind === "made" ? /^is_(\w+)$/.exec(base(value.name))?.[1] : undefined;
    return is === undefined ? undefined : { is };
  }
  const [key] = term?.kind === "call" ? term.arguments : [];
  if (term?.kind !== "call" || !key || term.function.kind !== "name" || base(term.function.name) !== "value")
    return undefined;
  const made = bare(valueOf(key.term));
  const isKey = made.kind === "made" && base(made.name) === "create" && made.text !== undefined;
  return isKey ? { key: made.text } : undefined;
}

/** The devices in `[ (case, device); … ]`. */
function casesOf(term: Term): readonly Term[] {
  if (term.kind !== "items") return [];
  return term.items.flatMap((item) => {
    const last = item.kind === "items" ? item.items.at(-1) : undefined;
    return last ? [last] : [];
  });
}
