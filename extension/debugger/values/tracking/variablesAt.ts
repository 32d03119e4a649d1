import { spanContains, type Span } from "../../../ocaml/brackets.ts";
import type { Outline } from "../declarations.ts";
import type { FrameLocation } from "../frameLocations.ts";
import type { FrameDescriptor, FrameTable } from "../frameTable.ts";
import type { Memory } from "../memory.ts";
import { symbolName } from "../symbolName.ts";
import { parseType, printType, type OcamlType } from "../types/ocamlType.ts";
import { followData, mayHaveMoved, type Flow } from "./dataFlow.ts";
import { functorName } from "./functor.ts";
import { isSameOrigin, type FlowState, type ValueOrigin } from "./flowState.ts";
import type { Instruction } from "./operands.ts";
import { closureFields } from "./closureFields.ts";
import type { SourceBinding, SourceFunction } from "./functionParts.ts";
import { readJumpTables } from "./jumpTables.ts";
import { readSourceText, type SourceText } from "./sourceFunction.ts";

/** A function of an OCaml program in which a frame is. */
export interface TrackedFunction {
  /** The whole function from its first instruction, in order. */
  readonly instructions: readonly Instruction[];
  /** The name of the symbol, such as `camlDune__exe__Unikernel__start_376`. */
  readonly symbol: string;
  /** Line of the first instruction, from the line table. */
  readonly line: number | undefined;
}

export interface TrackingContext {
  readonly memory: Memory;
  /** With addresses of the process, as those of the instructions. */
  readonly frames: FrameTable;
  readonly code: TrackedFunction;
  /** The text of the source file as it was built. */
  readonly source: string;
  /** Empty if no types are known. */
  readonly outline: Outline;
  /** The types of the names that the source binds, by their offset in bytes. */
  readonly bindings?: ReadonlyMap<number, string>;
  /** The functions of the same source whose code has the address of a function, for example to allocate its closure. */
  readonly functionsWith?: (address: bigint) => Promise<readonly TrackedFunction[]>;
}

/** A frame of the stack. */
export interface TrackedFrame {
  /** The next instruction: for a frame that waits for a call, the return address. */
  readonly pc: bigint;
  /** The stack pointer at `pc`: for a frame that waits for a call, as it will be after the return. */
  readonly stackPointer: bigint;
  /** The registers of the innermost frame, by names such as `rax`. Undefined for every other frame. */
  readonly registers: ReadonlyMap<string, bigint> | undefined;
  /** Line of the stop, from the line table. */
  readonly line: number;
}

/** A variable that the source has in scope. */
export interface TrackedVariable {
  readonly name: string;
  readonly kind: "argument" | "local";
  /** As printed; undefined if it is not known. */
  readonly type: string | undefined;
  /** Offset of the name in the source, at which a language server knows its type. */
  readonly at: number;
  /** Undefined if the program does not keep the value at this point, or if it is not certain where. */
  readonly value: { readonly word: bigint; readonly place: VariablePlace } | undefined;
}

/** Where a variable is: in a register, on the stack, or in the closure of its function, which is in the heap. */
export type VariablePlace =
  | { readonly register: string }
  | { readonly address: bigint; readonly isInClosure?: true };

/**
 * Finds the parameters and `let` variables of an OCaml function on x86-64, and those of the functions around it that its
 * closure has captured. A value is present only if data flow from the function's entry and the frame table prove where it
 * is. Returns nothing for a function that is not in the source. Never rejects.
 */
export async function variablesAt(
  context: TrackingContext,
  frame: TrackedFrame,
): Promise<readonly TrackedVariable[]> {
  const traced = await trace(context, maxNesting);
  if (!traced) return [];
  const state = traced.flow?.before(frame.pc);
  return Promise.all(
    namesAt(context, traced, frame.line).map(async ({ variable, origin }) => ({
      ...variable,
      value: origin && state ? await readValue(context, frame, state, origin) : undefined,
    })),
  );
}

/** A variable that the source has in scope, and what it is in the code if that is certain. */
interface NamedOrigin {
  readonly variable: Omit<TrackedVariable, "value">;
  readonly origin: ValueOrigin | undefined;
}

/** What is known about a function at each of its stops. */
interface TracedFunction {
  readonly definition: SourceFunction;
  readonly flow: Flow | undefined;
  /** The variables of the functions around it that it mentions. */
  readonly captured: readonly NamedOrigin[];
}

/** How many functions around a function are read. */
const maxNesting = 8;

/** `depth` limits the functions around the function that are read too. */
async function trace(context: TrackingContext, depth: number): Promise<TracedFunction | undefined> {
  const definition = definitionOf(context);
  if (!definition) return undefined;
  const captured = await capturedNames(context, definition, depth);
  const flow = await flowOf(context, definition, captured.length > 0);
  return { definition, flow, captured };
}

const flows = new WeakMap<readonly Instruction[], Map<string, Promise<Flow | undefined>>>();

/** Follows the data of a function once, because the frames of many stops are in few functions. */
function flowOf(
  { code: { instructions }, frames, memory }: TrackingContext,
  { parameters: { length: parameters }, tailRecursive }: SourceFunction,
  hasClosure: boolean,
): Promise<Flow | undefined> {
  const known = flows.get(instructions) ?? new Map<string, Promise<Flow | undefined>>();
  flows.set(instructions, known);
  const key = `${parameters} ${hasClosure} ${tailRecursive}`;
  const follow = async () => {
    const jumpTables = await readJumpTables(instructions, memory);
    const jumpTable = (address: bigint) => jumpTables.get(address);
    return followData({ instructions, frames, parameters, hasClosure, tailRecursive, jumpTable });
  };
  const flow = known.get(key) ?? follow();
  known.set(key, flow);
  return flow;
}

function definitionOf({ code, frames, source: text }: TrackingContext): SourceFunction | undefined {
  const name = symbolName(code.symbol)?.name;
  const source = sourceOf(text);
  if (name === undefined) {
    const functor = functorName(code.symbol);
    return functor === undefined ? undefined : source.functorNamed(functor);
  }
  if (name !== "fun") return source.functionNamed(name, code.line) ?? withDefaults(source, name, code.line);
  if (code.line === undefined) return undefined;
  // Of a call in an inlined function, the last place is that in the function itself.
  const places = callsOf(code, frames).flatMap(({ locations }) => locations.at(-1) ?? []);
  return source.anonymousAt(
    code.line,
    places.map((location) => spanOf(source, location)),
  );
}

/** The function into which the compiler puts the body of `f ?(x = 1) y`: it gets the values of the optional parameters. */
function withDefaults(
  source: SourceText,
  name: string,
  line: number | undefined,
): SourceFunction | undefined {
  const found = name.endsWith("_inner") ? source.functionNamed(name.slice(0, -6), line) : undefined;
  if (!found?.parameters.some(({ withDefault }) => withDefault)) return undefined;
  const parameters = found.parameters.map(({ withDefault, ...each }) => ({ ...each, ...withDefault }));
  return { ...found, parameters };
}

/**
 * The variables of the functions around a function, if it mentions them. Their places in its closure are known from the
 * code that allocates the closure.
 */
async function capturedNames(
  context: TrackingContext,
  definition: SourceFunction,
  depth: number,
): Promise<readonly NamedOrigin[]> {
  const address = context.code.instructions[0]?.address;
  if (address === undefined || depth === 0) return [];
  for (const code of (await context.functionsWith?.(address)) ?? []) {
    if (code.instructions[0]?.address === address) continue;
    const around = { ...context, code };
    const outer = await trace(around, depth - 1);
    const isAround = outer && spanContains(outer.definition.span, definition.span);
    const fields = isAround && outer.flow && closureFields(code.instructions, outer.flow, address);
    if (!outer || !fields || fields.arity !== definition.parameters.length) continue;
    return namesAt(around, outer, definition.line)
      .filter(({ variable }) => definition.mentions(variable.name))
      .map(({ variable, origin }) => {
        const field = [...fields.captured].find(([, held]) => origin && isSameOrigin(held, origin));
        return {
          variable: { ...variable, kind: "local" as const },
          origin: field && { kind: "captured", offset: field[0] },
        };
      });
  }
  return [];
}

/** The variables that are in scope at a line of a function, each name once. */
function namesAt(context: TrackingContext, traced: TracedFunction, atLine: number): readonly NamedOrigin[] {
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
    const type = binding.type ?? typeAt(binding.at);
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

/** The frames of one stop are mostly in one file. */
function sourceOf(text: string): SourceText {
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
function callsOf({ instructions }: TrackedFunction, frames: FrameTable): readonly FrameDescriptor[] {
  const [first, last] = [instructions[0], instructions.at(-1)];
  const known = calls.get(instructions);
  if (known || !first || !last) return known ?? [];
  const found = frames.within(first.address, last.address + 16n);
  calls.set(instructions, found);
  return found;
}
const calls = new WeakMap<readonly Instruction[], readonly FrameDescriptor[]>();

const spanOf = (source: SourceText, { line, startColumn, endColumn }: FrameLocation): Span => ({
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

async function readValue(
  context: TrackingContext,
  frame: TrackedFrame,
  state: FlowState,
  origin: ValueOrigin,
): Promise<TrackedVariable["value"]> {
  const { memory } = context;
  const { depth } = state;
  for (const [place, held] of state.values) {
    if (!isSameOrigin(held, origin)) continue;
    const isRight = (word: bigint) => !mayHaveMoved(held) || word % 2n === 1n;
    if (!place.startsWith("@")) {
      const word = frame.registers?.get(place);
      if (word !== undefined && isRight(word)) return { word, place: { register: place } };
      continue;
    }
    const offset = Number(place.slice(1));
    // Memory below the stack pointer may be overwritten at any time.
    if (depth === undefined || offset < -depth) continue;
    const address = frame.stackPointer + BigInt(depth + offset);
    const word = await readWord(memory, address);
    if (word !== undefined && isRight(word)) return { word, place: { address } };
  }
  return origin.kind === "captured" ? readCaptured(context, frame, state, origin.offset) : undefined;
}

/** Reads a captured value from the closure of a frame's function, if the closure is that of the function. */
async function readCaptured(
  context: TrackingContext,
  frame: TrackedFrame,
  state: FlowState,
  offset: number,
): Promise<TrackedVariable["value"]> {
  const { memory, code } = context;
  const closure = await readValue(context, frame, state, { kind: "closure" });
  if (!closure || closure.word % 8n !== 0n) return undefined;
  const [first, third] = await Promise.all([
    readWord(memory, closure.word),
    readWord(memory, closure.word + 16n),
  ]);
  const address = code.instructions[0]?.address;
  if (address === undefined || (first !== address && third !== address)) return undefined;
  const place = { address: closure.word + BigInt(offset), isInClosure: true as const };
  const word = await readWord(memory, place.address);
  return word === undefined ? undefined : { word, place };
}

async function readWord(memory: Memory, address: bigint): Promise<bigint | undefined> {
  const bytes = await memory.read(address, 8).catch(() => undefined);
  return bytes && Buffer.from(bytes).readBigUInt64LE(0);
}
