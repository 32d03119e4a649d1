import type { Span } from "../../../ocaml/brackets.ts";
import type { Outline } from "../declarations.ts";
import type { FrameLocation } from "../frameLocations.ts";
import type { FrameDescriptor, FrameTable } from "../frameTable.ts";
import { symbolName } from "../symbolName.ts";
import { parseType, printType, type OcamlType } from "../types/ocamlType.ts";
import type { Flow } from "./dataFlow.ts";
import type { ValueOrigin } from "./flowState.ts";
import type { SourceBinding, SourceFunction } from "./functionParts.ts";
import type { Instruction } from "./operands.ts";
import { readSourceText, type SourceText } from "./sourceFunction.ts";
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
}

/** The variables that are in scope at a line of a function, each name once. */
export function namesAt(
  context: TrackingContext,
  traced: TracedFunction,
  atLine: number,
): readonly NamedOrigin[] {
  const { definition, captured } = traced;
  const source = sourceOf(context.source);
  const name = symbolName(context.code.symbol)?.name ?? "";
  const typeAt = (offset: number): string | undefined =>
    context.bindings?.get(Buffer.byteLength(context.source.slice(0, offset)));
  const types = parameterTypes(context.outline, definition, name);
  // A line of another file is that of an inlined function.
  const [first, last] = definition.lines;
  const line = first <= atLine && atLine <= last ? atLine : last;
  const isHidden = (each: string) => definition.boundAt(each).some((other) => other <= line);
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
    const others = definition.boundAt(binding.name).filter((other) => other <= line).length;
    // In the line of its `in`, the name may still mean a parameter.
    const sure = others === 1 && (!names.has(binding.name) || line > from);
    const type = binding.type ?? typeAt(binding.at) ?? typeAt(binding.start);
    const variable = { name: binding.name, kind: "local" as const, type, at: binding.at };
    const origin = () => renamed(binding) ?? resultOf(context, source, binding);
    return [{ variable, origin: sure ? origin() : undefined }];
  });
  const hiding = new Set(locals.filter(({ origin }) => origin).map(({ variable }) => variable.name));
  const shown = parameters.filter(({ variable, origin }) => origin || !hiding.has(variable.name));
  const own = [...shown, ...latest(locals)];
  const ownNames = new Set([...own.map(({ variable }) => variable.name), ...names]);
  const outer = captured.filter(({ variable }) => !ownNames.has(variable.name) && !isHidden(variable.name));
  return [...own, ...outer];
}

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
function resultOf(
  context: TrackingContext,
  source: SourceText,
  binding: SourceBinding,
): ValueOrigin | undefined {
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
