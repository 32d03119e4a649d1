import { spanContains } from "../../../ocaml/brackets.ts";
import { symbolName } from "../symbolName.ts";
import { closureFields } from "./closureFields.ts";
import { followData, type Flow } from "./dataFlow.ts";
import { isSameOrigin } from "./flowState.ts";
import type { SourceFunction } from "../source/functionParts.ts";
import { functorName } from "../source/functor.ts";
import { readJumpTables } from "./jumpTables.ts";
import { callsOf, namesAt, sourceOf, spanOf, type NamedOrigin, type TracedFunction } from "./namesInScope.ts";
import type { Instruction } from "./operands.ts";
import { fieldsOfPatterns } from "../patterns/patternFields.ts";
import { readValue } from "./readTracked.ts";
import type { SourceText } from "../source/sourceFunction.ts";
import type { TrackedFrame, TrackedVariable, TrackingContext } from "./trackedVariable.ts";

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

/** How many functions around a function are read. */
const maxNesting = 8;

/** `depth` limits the functions around the function that are read too. */
async function trace(context: TrackingContext, depth: number): Promise<TracedFunction | undefined> {
  const definition = definitionOf(context);
  if (!definition) return undefined;
  const captured = await capturedNames(context, definition, depth);
  const [flow, fields] = await Promise.all([
    flowOf(context, definition, captured.length > 0),
    fieldsOfPatterns(context, definition.patterns),
  ]);
  return { definition, flow, captured, fields };
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
  const places = callsOf(code, frames).flatMap(({ locations, allocates }) => {
    const location = locations.at(-1);
    return location ? [{ ...spanOf(source, location), allocates }] : [];
  });
  return source.anonymousAt(code.line, places);
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
