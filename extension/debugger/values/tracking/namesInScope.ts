import { spanContains, type Span } from "../../../ocaml/brackets.ts";
import type { Outline } from "../declarations.ts";
import type { FrameLocation } from "../frameLocations.ts";
import type { FrameDescriptor, FrameTable } from "../frameTable.ts";
import { symbolName } from "../symbolName.ts";
import { parseType, printType, type OcamlType } from "../types/ocamlType.ts";
import type { Flow } from "./dataFlow.ts";
import type { ValueOrigin } from "./flowState.ts";
import type { SourceBinding, SourceFunction } from "../source/functionParts.ts";
import type { Instruction } from "./operands.ts";
import { typeOfName, type PatternFields } from "../patterns/patternFields.ts";
import type { SourcePattern } from "../patterns/patterns.ts";
import { readSourceText, type SourceText } from "../source/sourceFunction.ts";
import type { TrackedFunction, TrackedVariable, TrackingContext } from "./trackedVariable.ts";

/** A variable that the source has in scope, and what it is in the code if that is certain. */
export interface NamedOrigin {
  readonly variable: Omit<TrackedVariable, "value">;
  readonly origin: ValueOrigin | undefined;
}

/** What is known about a function at each of its stops. */
export interface TracedFunction {
  readonly definition: SourceFunction;
  readonly flow: Flow | undefined;
  /** The variables of the functions around it that it mentions. */
  readonly captured: readonly NamedOrigin[];
  /** The offsets in bytes that lead from a matched value to a name of a pattern, for those that are known. */
  readonly fields: PatternFields;
}

/** The variables that are in scope at a line of a function, each name once. */
export function namesAt(
  context: TrackingContext,
  traced: TracedFunction,
  atLine: number,
): readonly NamedOrigin[] {
  const { definition, captured, fields } = traced;
  const source = sourceOf(context.source);
  const name = symbolName(context.code.symbol)?.name ?? "";
  const typeAt = (offset: number) => typeOfName(context, offset);
  const types = parameterTypes(context.outline, definition, name);
  // A line of another file is that of an inlined function.
  const [first, last] = definition.lines;
  const line = first <= atLine && atLine <= last ? atLine : last;
  /** How often a name is bound up to the line, without the cases that have ended before. */
  const boundCount = (each: string) => {
    const ended = definition.patterns.filter(({ ends = line }) => ends < line);
    const same = ended.flatMap(({ variables }) => variables.filter((one) => one.name === each));
    return definition.boundAt(each).filter((other) => other <= line).length - same.length;
  };
  const isHidden = (each: string) => boundCount(each) > 0;
  const parameters = definition.parameters.flatMap(({ name: each, type, optional, at }, index) => {
    if (each === undefined) return [];
    const origin: ValueOrigin = { kind: "parameter", index };
    const written = optional && type !== undefined ? undefined : type;
    const variable = {
      name: each,
      kind: "argument" as const,
      type: types[index] ?? typeAt(at) ?? written,
      at,
    };
    return [{ variable, origin: isHidden(each) ? undefined : origin }];
  });
  const names = new Set(definition.parameters.map((each) => each.name));
  /** The parameter that a binding only gives another name. */
  const renamed = ({ start, end }: SourceBinding): ValueOrigin | undefined => {
    const text = context.source.slice(start, end);
    return parameters.find(({ variable }) => variable.name === text)?.origin;
  };
  const locals = definition.bindings.flatMap((binding) => {
    const [from, to] = binding.visible;
    if (line < from || line > to) return [];
    const others = boundCount(binding.name);
    // In the line of its `in`, the name may still mean a parameter.
    const sure = others === 1 && (!names.has(binding.name) || line > from);
    const type = binding.type ?? typeAt(binding.at) ?? typeAt(binding.start);
    const variable = { name: binding.name, kind: "local" as const, type, at: binding.at };
    const origin = () =>
      renamed(binding) ?? resultOf(context, source, binding) ?? blockOf(context, source, binding);
    return [{ variable, origin: sure ? origin() : undefined }];
  });
  /** What is matched: an expression that is only a name, or the result of a call. */
  const matched = (root: SourcePattern["root"]): ValueOrigin | undefined => {
    if (typeof root === "number") return { kind: "parameter", index: root };
    if ("raisedIn" in root) return raisedIn(context, source, traced, root.raisedIn);
    const text = context.source.slice(root.start, root.end);
    if (!/^[\p{Ll}_][\p{L}\p{N}_']*$/u.test(text)) return resultOf(context, source, root);
    // The name may mean another variable at the match than at the line.
    const count = boundCount(text) + (names.has(text) ? 1 : 0);
    const own = [...parameters, ...locals, ...inPatterns];
    const candidates = count === 0 ? [...captured, ...inPatterns] : count === 1 ? own : [];
    return candidates.find(({ variable }) => variable.name === text)?.origin;
  };
  const inPatterns: NamedOrigin[] = [];
  for (const { root, variables, visible, matches } of definition.patterns) {
    const [from, to] = visible;
    if (line < from || line > to) continue;
    // On the lines of the pattern itself, its code may still find out that the value does not match.
    const isCertain = line > matches;
    const isParameter = typeof root === "number" && from === first;
    for (const each of variables) {
      const isSure = boundCount(each.name) === (isParameter ? 0 : 1) && !names.has(each.name);
      const offsets = isSure ? fields.get(each) : undefined;
      const variable = {
        name: each.name,
        kind: isParameter ? ("argument" as const) : ("local" as const),
        type: typeAt(each.at),
        at: each.at,
      };
      inPatterns.push({ variable, origin: offsets && fieldOf(matched(root), offsets, isCertain) });
    }
  }
  const hiding = new Set(locals.filter(({ origin }) => origin).map(({ variable }) => variable.name));
  const shown = parameters.filter(({ variable, origin }) => origin || !hiding.has(variable.name));
  const own = [...shown, ...latest([...locals, ...inPatterns])];
  const ownNames = new Set([...own.map(({ variable }) => variable.name), ...names]);
  const outer = captured.filter(({ variable }) => !ownNames.has(variable.name) && !isHidden(variable.name));
  return [...own, ...outer];
}

/** A part of a value that cannot change. */
const fieldOf = (root: ValueOrigin | undefined, offsets: readonly number[], isThere: boolean) =>
  root && offsets.reduce<ValueOrigin>((of, offset) => ({ kind: "field", of, offset, isThere }), root);

/** Keeps only the last binding of each name, which hides the others. */
function latest<T extends { readonly variable: { readonly name: string } }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((each) => [each.variable.name, each])).values()];
}

let lastSource: { readonly text: string; readonly read: SourceText } | undefined;

/** Reads a source file; the last one is cached, because the frames of one stop are mostly in one file. */
export function sourceOf(text: string): SourceText {
  if (lastSource?.text !== text) lastSource = { text, read: readSourceText(text) };
  return lastSource.read;
}

/**
 * The call whose result a binding is: the only one whose place in the source is exactly the expression after its `=`. A call in
 * an inlined function has further places.
 */
function resultOf(context: TrackingContext, source: SourceText, binding: Span): ValueOrigin | undefined {
  const matching = callsOf(context.code, context.frames).filter(({ allocates, locations }) => {
    const [location] = locations;
    // Columns beyond these do not fit into the frame table of OCaml 4.13.
    if (!location || locations.length !== 1 || allocates || location.startColumn >= 255) return false;
    const { start, end } = spanOf(source, location);
    return start === binding.start && end === binding.end;
  });
  const [call] = matching;
  return call && matching.length === 1 ? { kind: "result", returnAddress: call.returnAddress } : undefined;
}

/**
 * The exception that ends an expression: that of the handler under which this function makes calls in the expression,
 * and no others.
 */
function raisedIn(
  context: TrackingContext,
  source: SourceText,
  { definition, flow }: TracedFunction,
  body: Span,
): ValueOrigin | undefined {
  const bodies = definition.patterns.flatMap(({ root }) =>
    typeof root === "object" && "raisedIn" in root ? [root.raisedIn] : [],
  );
  const bodyOf = new Map<bigint, Set<string>>();
  for (const { returnAddress, locations } of callsOf(context.code, context.frames)) {
    const handler = flow?.before(returnAddress)?.handlers.at(-1);
    const [location] = locations;
    if (!handler || !location || locations.length !== 1 || location.startColumn >= 255) continue;
    const call = spanOf(source, location);
    const around = bodies.filter((each) => spanContains(each, call));
    const innermost = around.toSorted((a, b) => a.end - a.start - (b.end - b.start))[0];
    const found = bodyOf.get(handler.address) ?? new Set();
    bodyOf.set(handler.address, found.add(innermost ? `${innermost.start} ${innermost.end}` : ""));
  }
  const key = `${body.start} ${body.end}`;
  const handlers = [...bodyOf].filter(([, found]) => found.has(key));
  const [only] = handlers;
  return only && handlers.length === 1 && only[1].size === 1
    ? { kind: "raised", handler: only[0] }
    : undefined;
}

/** The block that an expression allocates: the only one whose place in the source is exactly the expression. */
function blockOf(context: TrackingContext, source: SourceText, binding: Span): ValueOrigin | undefined {
  const matching = callsOf(context.code, context.frames).flatMap(({ returnAddress, allocations }) =>
    allocations.flatMap(({ locations }, index): ValueOrigin[] => {
      const [location] = locations;
      if (!location || locations.length !== 1 || location.startColumn >= 255) return [];
      const { start, end } = spanOf(source, location);
      if (start !== binding.start || end !== binding.end) return [];
      const offset = allocations.slice(0, index).reduce((sum, { bytes }) => sum + bytes, 0);
      return [{ kind: "allocated", point: returnAddress, offset }];
    }),
  );
  return matching.length === 1 ? matching[0] : undefined;
}

/** The calls of a function. Cached, because each variable needs them. */
export function callsOf({ instructions }: TrackedFunction, frames: FrameTable): readonly FrameDescriptor[] {
  const [first, last] = [instructions[0], instructions.at(-1)];
  const known = calls.get(instructions);
  if (known || !first || !last) return known ?? [];
  const found = frames.within(first.address, last.address + 16n);
  calls.set(instructions, found);
  return found;
}
const calls = new WeakMap<readonly Instruction[], readonly FrameDescriptor[]>();

/** The place in the source of a call. */
export const spanOf = (source: SourceText, { line, startColumn, endColumn }: FrameLocation): Span => ({
  start: source.offsetAt(line, startColumn),
  end: source.offsetAt(line, endColumn),
});

/** The types of the parameters by position, from the outline. */
function parameterTypes(
  outline: Outline,
  definition: SourceFunction,
  name: string,
): readonly (string | undefined)[] {
  const named = outline.filter(({ path }) => path === name || path.endsWith(`.${name}`));
  const there = named.filter(({ line }) => line === definition.line);
  const [found] = there.length > 0 ? there : named.filter(({ line }) => line === undefined);
  if (!found || (there.length === 0 && named.length !== 1)) return [];
  const types: string[] = [];
  let type: OcamlType | undefined = parseType(found.type);
  while (type?.kind === "function") {
    const text = printType(type.from);
    types.push(type.label.startsWith("?") ? `${/ -> | \* /.test(text) ? `(${text})` : text} option` : text);
    type = type.to;
  }
  return types;
}
