import { blockTags } from "../heap/blocks.ts";
import type { Memory } from "../memory.ts";
import { mayHaveMoved } from "./dataFlow.ts";
import { isSameOrigin, type FlowState, type ValueOrigin } from "./flowState.ts";
import type { TrackedFrame, TrackedVariable, TrackingContext } from "./trackedVariable.ts";

/** Reads a value from one of the places that have it at a state of a function; undefined if none is certain. */
export async function readValue(
  context: TrackingContext,
  frame: TrackedFrame,
  state: FlowState,
  origin: ValueOrigin,
): Promise<TrackedVariable["value"]> {
  const { memory } = context;
  const { depth } = state;
  for (const [place, held] of state.values) {
    if (!isSameOrigin(held, origin) || (held.kind === "allocated" && held.isFresh === true)) continue;
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
  if (origin.kind === "field" && origin.isThere) return readField(context, frame, state, origin);
  return origin.kind === "captured" ? readCaptured(context, frame, state, origin.offset) : undefined;
}

/** Reads a field that cannot change from its block, if that is kept. */
async function readField(
  context: TrackingContext,
  frame: TrackedFrame,
  state: FlowState,
  { of, offset }: ValueOrigin & { readonly kind: "field" },
): Promise<TrackedVariable["value"]> {
  const block = await readValue(context, frame, state, of);
  if (!block || block.word === 0n || block.word % 8n !== 0n) return undefined;
  const address = block.word + BigInt(offset);
  const [header, word] = await Promise.all([
    readWord(context.memory, block.word - 8n),
    readWord(context.memory, address),
  ]);
  // Other blocks, such as a record of floats, do not consist of values.
  if (header === undefined || word === undefined || Number(header & 0xffn) >= blockTags.forcing)
    return undefined;
  return { word, place: { address, isInBlock: true } };
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
