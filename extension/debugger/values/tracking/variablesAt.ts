import type { Outline } from "../declarations.ts";
import type { FrameTable } from "../frameTable.ts";
import type { Memory } from "../memory.ts";
import { symbolName } from "../symbolName.ts";
import { parseType, printType, type OcamlType } from "../types/ocamlType.ts";
import { followData, mayHaveMoved } from "./dataFlow.ts";
import type { FlowState, Origin } from "./flowState.ts";
import type { Instruction } from "./operands.ts";
import {
  readSourceText,
  type SourceBinding,
  type SourceFunction,
  type SourceText,
} from "./sourceFunction.ts";

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
  readonly value:
    | { readonly word: bigint; readonly place: { readonly register: string } | { readonly address: bigint } }
    | undefined;
}

/**
 * Finds the parameters and `let` variables of an OCaml function on x86-64. A value is present only if data flow
 * from the function's entry and the frame table prove where it is. Returns nothing for a function that is not in the
 * source. Never rejects.
 */
export async function variablesAt(
  context: TrackingContext,
  frame: TrackedFrame,
): Promise<readonly TrackedVariable[]> {
  const { code, frames } = context;
  const name = symbolName(code.symbol)?.name;
  const source = sourceOf(context.source);
  const definition = name === undefined ? undefined : source.functionNamed(name, code.line);
  if (!definition) return [];
  const jumpTables = await readJumpTables(context);
  const flow = followData({
    instructions: code.instructions,
    frames,
    parameters: definition.parameters.length,
    tailRecursive: definition.tailRecursive,
    jumpTable: (address) => jumpTables.get(address),
  });
  const state = flow?.before(frame.pc);
  const typeAt = (offset: number): string | undefined =>
    context.bindings?.get(Buffer.byteLength(context.source.slice(0, offset)));
  const types = parameterTypes(context.outline, definition, name ?? "");
  // A line of another file is that of an inlined function.
  const [first, last] = definition.lines;
  const line = first <= frame.line && frame.line <= last ? frame.line : last;
  const parameters = definition.parameters.flatMap(({ name: each, type, optional, at }, index) => {
    if (each === undefined) return [];
    const origin: Origin = { kind: "parameter", index };
    const hidden = definition.boundAt(each).some((other) => other <= line);
    const written = optional && type !== undefined ? undefined : type;
    const variable = {
      name: each,
      kind: "argument" as const,
      type: types[index] ?? typeAt(at) ?? written,
      at,
    };
    return [{ variable, origin: hidden ? undefined : origin }];
  });
  const names = new Set(definition.parameters.map((each) => each.name));
  const locals = definition.bindings.flatMap((binding) => {
    const [from, to] = binding.visible;
    if (line < from || line > to) return [];
    const others = definition.boundAt(binding.name).filter((other) => other <= line).length;
    // In the line of its `in`, the name may still mean a parameter.
    const sure = others === 1 && (!names.has(binding.name) || line > from);
    const type = binding.type ?? typeAt(binding.at);
    const variable = { name: binding.name, kind: "local" as const, type, at: binding.at };
    return [{ variable, origin: sure ? resultOf(context, source, binding) : undefined }];
  });
  const hiding = new Set(locals.filter(({ origin }) => origin).map(({ variable }) => variable.name));
  const shown = parameters.filter(({ variable, origin }) => origin || !hiding.has(variable.name));
  return Promise.all(
    [...shown, ...latest(locals)].map(async ({ variable, origin }) => ({
      ...variable,
      value: origin && state ? await readValue(context, frame, state, origin) : undefined,
    })),
  );
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
function resultOf(context: TrackingContext, source: SourceText, binding: SourceBinding): Origin | undefined {
  const { instructions } = context.code;
  const [first, last] = [instructions[0], instructions.at(-1)];
  if (!first || !last) return undefined;
  const calls = context.frames
    .within(first.address, last.address + 16n)
    .filter(({ allocates, locations }) => {
      const [location] = locations;
      // Columns beyond these do not fit into the frame table of OCaml 4.13.
      if (!location || locations.length !== 1 || allocates || location.startColumn >= 255) return false;
      const start = source.offsetAt(location.line, location.startColumn);
      const end = source.offsetAt(location.line, location.endColumn);
      return start === binding.start && end === binding.end;
    });
  const [call] = calls;
  return call && calls.length === 1 ? { kind: "result", returnAddress: call.returnAddress } : undefined;
}

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
  { memory }: TrackingContext,
  frame: TrackedFrame,
  state: FlowState,
  origin: Origin,
): Promise<TrackedVariable["value"]> {
  const { depth } = state;
  for (const [place, held] of state.values) {
    if (!isSame(held, origin)) continue;
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
    const bytes = await memory.read(address, 8).catch(() => undefined);
    const word = bytes && Buffer.from(bytes).readBigUInt64LE(0);
    if (word !== undefined && isRight(word)) return { word, place: { address } };
  }
  return undefined;
}

function isSame(a: Origin, b: Origin): boolean {
  if (a.kind === "parameter") return b.kind === "parameter" && a.index === b.index;
  return a.kind === "result" && b.kind === "result" && a.returnAddress === b.returnAddress;
}

const maxTable = 1024;

/** The targets of each table of jumps of the function: offsets from the table that lead into the function. */
async function readJumpTables({
  code,
  memory,
}: TrackingContext): Promise<ReadonlyMap<bigint, readonly bigint[]>> {
  const found = new Map<bigint, readonly bigint[]>();
  const inside = new Set(code.instructions.map(({ address }) => address));
  for (const [index, { text }] of code.instructions.entries()) {
    if (!/^jmpq?\s+\*%/.test(text)) continue;
    // The table's address is loaded shortly before.
    const loads = code.instructions.slice(Math.max(0, index - 6), index);
    for (const load of loads) {
      const table = /^lea\s.*\(%rip\).*#\s*(0x[0-9a-f]+)/.exec(load.text)?.[1];
      if (table === undefined) continue;
      const targets = await readTable(memory, BigInt(table), inside);
      if (targets) found.set(BigInt(table), targets);
    }
  }
  return found;
}

/** Reads entries as long as they lead into the function, which may be more than the table has. */
async function readTable(
  memory: Memory,
  table: bigint,
  inside: ReadonlySet<bigint>,
): Promise<readonly bigint[] | undefined> {
  const targets: bigint[] = [];
  for (let at = 0; at < maxTable; at += 64) {
    const bytes = await memory.read(table + BigInt(at * 4), 256).catch(() => undefined);
    if (!bytes) return undefined;
    const entries = Buffer.from(bytes);
    for (let index = 0; index < 64; index++) {
      const target = table + BigInt(entries.readInt32LE(index * 4));
      if (!inside.has(target)) return targets;
      targets.push(target);
    }
  }
  return undefined;
}
