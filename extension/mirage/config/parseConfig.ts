import type {
  Operand,
  Literal,
  Call,
  LabelledArgument,
  MainCall,
  PackageCall,
  Application,
  RegisterCall,
  ConfigSource,
} from "./dslCalls.ts";
import { outerSpan, type Argument, type Binding, type Expression } from "../../ocaml/ast.ts";
import { readBrackets, type Span } from "../../ocaml/brackets.ts";
import { parseBindings } from "../../ocaml/parseExpression.ts";
import { resolveAlias } from "./aliases.ts";
import { deviceOrigins } from "./deviceOrigins.ts";
import { findMirageModule, type MirageModule } from "./mirageModule.ts";
import {
  hide,
  applied,
  isFunction,
  isQualified,
  lastName,
  operandOf,
  operandsOf,
  valueOf,
  type Scope,
} from "./scope.ts";
import { wordsIn } from "./nameUses.ts";

const stackNames: ReadonlySet<string> = new Set([
  "generic_stackv4v6",
  "generic_stackv4v6_with_lease",
  "direct_stackv4v6",
  "direct_tcp",
]);

/**
 * Reads the calls of the Mirage DSL in the text of a config.ml (`lib/functoria/DSL.mli` and
 * `lib/mirage.mli` of mirage 4). This is the one reader of config.ml: discovery, language features, graph
 * and scaffolding use it or the expressions below it. Never fails, also on text that is being typed; the
 * time is linear in its length.
 */
export function readConfigSource(text: string): ConfigSource {
  const brackets = readBrackets(text);
  const mirage = findMirageModule(brackets);
  const reader = new CallReader(text, mirage);
  reader.readFile(parseBindings(brackets, mirage.names));
  return {
    ...reader.found(),
    mirage,
    words: wordsIn(brackets, mirage.names),
    origins: deviceOrigins(text, brackets, mirage),
  };
}

/** Whether the file itself binds the name, at its place or before. */
export function isLocalName({ bound }: Pick<ConfigSource, "bound">, { name, span }: Operand): boolean {
  const from = name === undefined ? undefined : bound.get(name);
  return from !== undefined && from <= span.start;
}

/** Whether an application applies the functor of a `main`, by its name or because the call is written there. */
export function appliesMain({ functor }: Application, { binding, span }: MainCall): boolean {
  if (functor.span.start <= span.start && span.end <= functor.span.end) return true;
  return binding !== undefined && functor.name === binding;
}

/** Deeper expressions are not read. */
const maxDepth = 1000;

/** Walks the expressions of a file in the order of the text and collects the calls of the DSL. */
class CallReader {
  #depth = 0;
  readonly #text: string;
  readonly #mirage: MirageModule;
  readonly #mains: MainCall[] = [];
  readonly #packages: PackageCall[] = [];
  readonly #registers: RegisterCall[] = [];
  readonly #stacks: Call[] = [];
  readonly #bound = new Map<string, number>();
  readonly #aliases = new Map<string, { of: string; span: Span }>();
  readonly #calls = new Map<string, string>();
  readonly #lists = new Map<string, Span>();
  /** Offsets of calls that only give other names to `register` and `main`, and that another call completes. */
  readonly #completed = new Set<number>();

  constructor(text: string, mirage: MirageModule) {
    this.#text = text;
    this.#mirage = mirage;
  }

  found(): Omit<ConfigSource, "mirage" | "words" | "origins"> {
    const isWhole = ({ word }: Call) => !this.#completed.has(word.end);
    return {
      mains: this.#mains.filter(isWhole),
      packages: this.#packages,
      registers: this.#registers.filter(isWhole),
      stacks: this.#stacks,
      bound: this.#bound,
      aliases: this.#aliases,
      calls: this.#calls,
      lists: this.#lists,
    };
  }

  readFile(bindings: readonly Binding[]): void {
    let scope: Scope | undefined;
    for (const [i, binding] of bindings.entries()) {
      scope = this.#bind(binding, scope, undefined);
      const { name, value, span } = binding;
      const isAlone = !this.#startsWith(span, "and") && !this.#startsWith(bindings[i + 1]?.span, "and");
      if (name !== undefined && value.kind === "name" && !value.outer && isAlone)
        this.#aliases.set(name, { of: value.name, span });
      if (name !== undefined && value.kind === "call" && value.function.kind === "name")
        this.#calls.set(name, value.function.name);
    }
  }

  #startsWith(span: Span | undefined, word: string): boolean {
    return span !== undefined && this.#text.startsWith(word, span.start);
  }

  /** Reads the value of a binding. Returns the scope after it. */
  #bind(
    { name, nameSpan, value, span }: Binding,
    scope: Scope | undefined,
    outer: string | undefined,
  ): Scope | undefined {
    if (name !== undefined && !this.#bound.has(name)) this.#bound.set(name, nameSpan.start);
    // Of a tuple, the value is read with its first part.
    if (value.kind !== "part" || value.place === 0) {
      const isLet = this.#startsWith(span, "let") || this.#startsWith(span, "and");
      this.#visit(value.kind === "part" ? value.of : value, scope, isLet ? name : outer);
    }
    if (name === undefined) return scope;
    if (this.#isList(value)) this.#lists.set(name, value.span);
    return { name, value, outer: scope };
  }

  #isList(value: Expression | undefined): value is Expression & { readonly kind: "items" } {
    return value?.kind === "items" && this.#text[value.span.start] === "[";
  }

  #visit(term: Expression, scope: Scope | undefined, binding: string | undefined): void {
    if (this.#depth > maxDepth) return;
    this.#depth++;
    // Chains of operators nest to the left, as deep as they are long.
    const pending: Expression[] = [];
    let first: Expression | undefined = term;
    while (first?.kind === "apply" || first?.kind === "other") {
      const [left, ...rest]: readonly Expression[] =
        first.kind === "apply" ? [first.functor, first.argument] : first.parts;
      pending.push(...rest.toReversed());
      first = left;
    }
    if (first) this.#visitOperand(first, scope, binding);
    for (let next = pending.pop(); next; next = pending.pop()) this.#visit(next, scope, binding);
    this.#depth--;
  }

  #visitOperand(
    term: Exclude<Expression, { kind: "apply" | "other" }>,
    scope: Scope | undefined,
    binding: string | undefined,
  ): void {
    const inner = (each: Expression) => this.#visit(each, scope, binding);
    switch (term.kind) {
      case "text":
        return;
      case "name":
        // A `register` without arguments, as while they are being typed.
        this.#readCall(term, [], term.span, scope, binding);
        return;
      case "items":
        term.items.forEach(inner);
        return;
      case "arrow":
        term.operands.forEach(inner);
        return;
      case "choice": {
        const names = term.patternNames ?? [];
        const within = names.reduce<Scope | undefined>(hide, scope);
        for (const option of term.options) this.#visit(option, within, binding);
        return;
      }
      case "part":
        inner(term.of);
        return;
      case "function": {
        const names = term.parameters.flatMap(({ name }) => name ?? []);
        this.#visit(term.body, names.reduce<Scope | undefined>(hide, scope), binding);
        return;
      }
      case "let": {
        let within = scope;
        for (const each of term.bindings) within = this.#bind(each, within, binding);
        this.#visit(term.body, within, binding);
        return;
      }
      case "call":
        if (term.function.kind === "name")
          this.#readCall(term.function, term.arguments, term.span, scope, binding);
        else if (term.function.kind === "function")
          this.#visit(term.function.body, applied(term.function, term.arguments, scope), binding);
        else inner(term.function);
        for (const argument of term.arguments) if (!argument.punned) inner(argument.term);
    }
  }

  #readCall(
    called: Expression & { readonly kind: "name" },
    written: readonly Argument[],
    span: Span,
    scope: Scope | undefined,
    binding: string | undefined,
  ): void {
    const word = { start: called.span.end - lastName(called.name).length, end: called.span.end };
    const alias = written.length > 0 ? resolveAlias(called, written, scope) : undefined;
    const { callee, arguments: args } = alias ?? { callee: called, arguments: written };
    if (alias) this.#completed.add(callee.span.end);
    const labels = new Map(
      args.flatMap((argument) =>
        argument.label === undefined ? [] : [[argument.label, this.#labelled(argument)] as const],
      ),
    );
    const call = { word, span: { start: word.start, end: span.end }, labels, binding };
    const positional = args.filter(({ label }) => label === undefined);
    const [first] = positional;
    switch (callee.name) {
      case "main":
      case "foreign": {
        const module = first && this.#literal(first.term);
        const isMirage = isQualified(callee) || !isFunction(callee.name, scope);
        if (module)
          this.#mains.push({
            ...call,
            module,
            isMirage,
            ...this.#readType(isMirage ? positional[1] : undefined, scope),
            lengths: this.#lengths(args, scope),
          });
        return;
      }
      case "package": {
        const name = first && this.#literal(first.term);
        const sublibs = (labels.get("sublibs")?.elements ?? []).map(({ start, end }) =>
          this.#text.slice(start, end).replace(/^"|"$/g, ""),
        );
        if (name) this.#packages.push({ ...call, name, sublibs });
        return;
      }
      case "register":
        this.#registers.push(this.#readRegister(call, callee, positional, scope));
        return;
      default:
        if (stackNames.has(callee.name) && args.length > 0 && !this.#isBound(callee.name))
          this.#stacks.push(call);
    }
  }

  #isBound(name: string): boolean {
    return this.#bound.has(name);
  }

  #labelled({ term, span, punned }: Argument): LabelledArgument {
    const elements = this.#isList(term) ? term.items.map(outerSpan) : undefined;
    return { span, value: punned ? undefined : outerSpan(term), elements };
  }

  #literal(term: Expression): Literal | undefined {
    const { start, end } = term.span;
    if (term.kind !== "text" || this.#text[start] !== '"') return undefined;
    const isClosed = end > start + 1 && this.#text[end - 1] === '"';
    return { value: term.value, span: { start: start + 1, end: end - (isClosed ? 1 : 0) } };
  }

  #readType(
    argument: Argument | undefined,
    scope: Scope | undefined,
  ): Pick<MainCall, "parameters" | "type" | "result" | "typeInPlace"> {
    if (!argument) return { parameters: undefined, type: undefined, result: 0, typeInPlace: false };
    const named = argument.term.kind === "name" ? valueOf(argument.term.name, scope) : undefined;
    const elsewhere = named && (named.kind === "arrow" || named.outer) ? named : undefined;
    const term = elsewhere ?? argument.term;
    const type = outerSpan(term);
    const operands = operandsOf(term, scope);
    const last = operands?.at(-1);
    const parameters = last?.name === "job" && !last.isLocal ? operands?.slice(0, -1) : undefined;
    const result = last?.span.start ?? type.end;
    return { parameters, type, result, typeInPlace: elsewhere === undefined };
  }

  /** A name is certain to be a list only if the binding that is in scope is one. */
  #lengths(args: readonly Argument[], scope: Scope | undefined): ReadonlyMap<string, number> {
    const lengths = new Map<string, number>();
    for (const { label, term, span } of args) {
      if (label === undefined || this.#text[span.start] !== "~") continue;
      const value = term.kind === "name" ? valueOf(term.name, scope) : term;
      if (this.#isList(value)) lengths.set(label, value.items.length);
    }
    return lengths;
  }

  #readRegister(
    call: Call,
    callee: Expression & { readonly kind: "name" },
    [named, listed]: readonly Argument[],
    scope: Scope | undefined,
  ): RegisterCall {
    const nameTerm = named?.term.kind === "name" ? valueOf(named.term.name, scope) : named?.term;
    const name = nameTerm?.kind === "text" ? this.#anyLiteral(nameTerm) : undefined;
    const list = listed?.term.kind === "name" ? valueOf(listed.term.name, scope) : listed?.term;
    const jobs = this.#itemsOf(list).map((item) => {
      const value = item.kind === "name" ? valueOf(item.name, scope) : undefined;
      return applicationOf(value?.kind === "apply" ? value : item);
    });
    const isOpened = this.#mirage.openedAt !== undefined && this.#mirage.openedAt < call.word.start;
    const isMirage =
      isQualified(callee) || (isOpened && (this.#bound.get("register") ?? Infinity) > call.word.start);
    return { ...call, name, nameArgument: name && named?.term.span, jobs, isMirage };
  }

  /** The items of a list that is written out, and of such lists with `@` between them. */
  #itemsOf(list: Expression | undefined): readonly Expression[] {
    if (this.#isList(list)) return list.items;
    const isAppend =
      list?.kind === "other" &&
      this.#text.slice(list.parts[0]?.span.end, list.parts[1]?.span.start).includes("@");
    return isAppend ? list.parts.flatMap((part) => this.#itemsOf(part)) : [];
  }

  /** A literal of any kind, `{|x|}` too. */
  #anyLiteral(term: Expression & { readonly kind: "text" }): Literal {
    return this.#literal(term) ?? { value: term.value, span: term.span };
  }
}

/** Reads `functor $ a $ b`; a term without `$` is a functor without arguments. */
export function applicationOf(term: Expression): Application {
  const given: Expression[] = [];
  let functor = term;
  while (functor.kind === "apply") {
    given.unshift(functor.argument);
    functor = functor.functor;
  }
  return { functor: operandOf(functor), arguments: given.map(operandOf), span: outerSpan(term) };
}
