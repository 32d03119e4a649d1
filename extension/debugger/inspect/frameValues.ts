import { t } from "../../protocol/l10n.ts";
import { miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { miAddress, miString, miTuples } from "../gdb/miRecords.ts";
import type { Outline, ValueContext } from "../values/declarations.ts";
import { cachedMemory, type Memory } from "../values/memory.ts";
import { evaluatePath, type Evaluated } from "../values/paths/evaluatePath.ts";
import { parsePath } from "../values/paths/parsePath.ts";
import { symbolName } from "../values/symbolName.ts";
import type {
  TrackedFrame,
  TrackedFunction,
  TrackedVariable,
  TrackingContext,
} from "../values/tracking/trackedVariable.ts";
import { variablesAt } from "../values/tracking/variablesAt.ts";
import { loadedAddress } from "../values/tracking/jumpTables.ts";
import { patternLayout } from "../values/patterns/patternLayout.ts";
import type { Instruction } from "../values/tracking/operands.ts";
import { frameOptions, wordOf, type MachineFrame } from "../gdb/evaluateWord.ts";
import { displayName, type Program } from "../program/program.ts";
import { declarationsInFunctors } from "../program/functorArguments.ts";
import type { ProgramTypes } from "../program/programTypes.ts";
import type { ProgramSources } from "../program/sources.ts";
import { readFrames, shownFrames, type SourceFrame, type StackParts } from "./stack.ts";

/** The values in the frames of a stopped program. Everything is cached until `reset`. */
export interface FrameValues {
  /** Clears the cache. To be called when the program has run or its memory is changed. */
  readonly reset: () => void;
  readonly context: (frame?: SourceFrame) => ValueContext;
  /** The arguments and local variables of a frame. Never rejects. */
  readonly variables: (frame: SourceFrame) => Promise<readonly TrackedVariable[]>;
  /** The kinds of variables that a frame has. Does not wait for their types, which can take seconds. Never rejects. */
  readonly kinds: (frame: SourceFrame) => Promise<ReadonlySet<TrackedVariable["kind"]>>;
  /** Evaluates an expression of OCaml in a frame. Never rejects. */
  readonly evaluate: (expression: string, frame: SourceFrame) => Promise<Evaluated>;
}

export interface ValueParts {
  readonly gdb: GdbClient;
  readonly program: Program;
  readonly sources: ProgramSources;
  readonly types: ProgramTypes;
}

export function createFrameValues({ gdb, program, sources, types }: ValueParts): FrameValues {
  let memory = cachedMemory(gdbMemory(gdb));
  let known = new Map<string, Promise<readonly TrackedVariable[]>>();
  let states = new Map<string, Promise<FrameState | undefined>>();
  const code = new Map<bigint, Promise<TrackedFunction>>();

  const declarationsIn = declarationsInFunctors(types.declarations, sources);
  const context = (frame?: SourceFrame): ValueContext => ({
    memory,
    declarations: declarationsIn(frame?.definition),
    ...(frame?.definition !== undefined && { scope: moduleOf(frame.definition) }),
    functionAt: (address) => {
      const place = program.placeAt(address);
      return place && { ...place, name: displayName(place.name) };
    },
  });
  const codeOf = async (frame: SourceFrame): Promise<TrackedFunction | undefined> => {
    const of = program.functionAt(frame.address);
    if (!of || !of.symbol.startsWith("caml")) return undefined;
    const read = async (): Promise<TrackedFunction> => {
      const [instructions, line] = await Promise.all([
        disassemble(gdb, of.address, BigInt(of.bytes)),
        firstLine(gdb, of.address),
      ]);
      return { instructions, symbol: of.symbol, line };
    };
    const tracked = code.get(of.address) ?? read();
    code.set(of.address, tracked);
    return tracked;
  };
  const units = new Map<string, Promise<UnitCode>>();
  /** The code of a compilation unit, by the addresses that it loads. */
  const unitCode = (symbol: string): Promise<UnitCode> => {
    const unit = symbolName(symbol)?.unit ?? "";
    const cached = units.get(unit) ?? readUnitCode(gdb, program, unit).catch((): UnitCode => new Map());
    units.set(unit, cached);
    return cached;
  };
  const readState = async (frame: SourceFrame): Promise<FrameState | undefined> => {
    const { path, line, level, thread, address, isInlined } = frame;
    const frames = program.frames();
    if (path === undefined || line === undefined || isInlined || !frames) return undefined;
    const [code_, source, stackPointer, isRaise, innermost] = await Promise.all([
      codeOf(frame),
      sources.builtText(path),
      wordOf(gdb, "$sp", { thread, level }),
      level === 1 && isRaising(thread),
      level <= 1 ? generalRegisters(gdb, { thread, level: 0 }) : undefined,
    ]);
    if (!code_ || source === undefined || stackPointer === undefined) return undefined;
    const raise = isRaise ? callBefore(code_, address) : undefined;
    // Nothing has changed the registers since the call of the function that raises.
    const registers = level === 0 || raise !== undefined ? innermost : undefined;
    return {
      context: {
        frames,
        code: code_,
        source,
        functionsWith: async (start) => (await unitCode(code_.symbol)).get(start) ?? [],
      },
      frame: { pc: raise ?? address, stackPointer, registers, line },
    };
  };
  const stateOf = (frame: SourceFrame) => {
    const state = states.get(keyOf(frame)) ?? readState(frame);
    states.set(keyOf(frame), state);
    return state;
  };
  const find = async (
    frame: SourceFrame,
    typesOf: Pick<ProgramTypes, "outline" | "bindings">,
  ): Promise<readonly TrackedVariable[]> => {
    const { definition = "" } = frame;
    const [state, outline, bindings] = await Promise.all([
      stateOf(frame),
      outlineAt(typesOf, definition),
      typesOf.bindings(definition.split(".")[0] ?? ""),
    ]);
    if (!state) return [];
    const layoutOf = (type: string) => patternLayout(context(frame), type);
    return variablesAt({ ...state.context, memory, outline, bindings, layoutOf }, state.frame);
  };
  /** Whether the innermost frame is at the start of a function of the runtime that raises an exception. */
  const isRaising = async (thread: number) => {
    const pc = await wordOf(gdb, "$pc", { thread, level: 0 });
    return ["caml_raise_exn", "caml_reraise_exn"].some((name) => program.symbol(name) === pc);
  };
  const variables = (frame: SourceFrame) => {
    const cached = known.get(keyOf(frame)) ?? find(frame, types).catch(() => []);
    known.set(keyOf(frame), cached);
    return cached;
  };
  return {
    reset: () => {
      memory = cachedMemory(gdbMemory(gdb));
      known = new Map();
      states = new Map();
    },
    context,
    variables,
    kinds: async (frame) => new Set((await find(frame, noTypes).catch(() => [])).map(({ kind }) => kind)),
    evaluate: async (text, frame) => {
      const parsed = parsePath(text);
      if (parsed.kind === "invalid") return { kind: "failed", reason: parsed.reason };
      const names = await variables(frame);
      const variable = (name: string) => {
        const found = names.findLast((each) => each.name === name);
        return found?.value && { word: found.value.word, type: found.type };
      };
      const lost = names.find(({ name, value }) => name === text.trim() && !value);
      if (lost) return { kind: "failed", reason: t("{0} is not available here.", lost.name) };
      return evaluatePath({ ...context(frame), variable }, parsed.expression);
    },
  };
}

/** What is known about a frame without types. */
interface FrameState {
  readonly context: Pick<TrackingContext, "frames" | "code" | "source" | "functionsWith">;
  readonly frame: TrackedFrame;
}

const keyOf = ({ thread, level, isInlined }: SourceFrame) => `${thread} ${level} ${isInlined}`;

const noTypes: Pick<ProgramTypes, "outline" | "bindings"> = {
  outline: async () => [],
  bindings: async () => new Map(),
};

/** The functions of a definition's compilation unit: only itself if it is among them, because names recur. */
async function outlineAt(types: Pick<ProgramTypes, "outline">, definition: string): Promise<Outline> {
  const [unit = "", ...names] = definition.split(".");
  const outline = await types.outline(unit);
  const exact = outline.filter(({ path }) => path === names.join("."));
  return exact.length > 0 ? exact : outline;
}

/** The address of the instruction that is before a return address. */
const callBefore = ({ instructions }: TrackedFunction, returnAddress: bigint): bigint | undefined =>
  instructions.findLast(({ address }) => address < returnAddress)?.address;

/** The memory of the program through gdb. */
function gdbMemory(gdb: GdbClient): Memory {
  return {
    read: async (address, length) => {
      const result = await gdb.query(`-data-read-memory-bytes 0x${address.toString(16)} ${length}`);
      const [block] = miTuples(result, "memory");
      const bytes = Buffer.from(miString(block, "contents") ?? "", "hex");
      if (miAddress(block, "begin") !== address || bytes.length < length)
        throw new Error(t("The memory at {0} cannot be read.", `0x${address.toString(16)}`));
      return bytes.subarray(0, length);
    },
  };
}

async function disassemble(gdb: GdbClient, start: bigint, bytes: bigint): Promise<readonly Instruction[]> {
  const result = await gdb.query(`-data-disassemble -s ${start} -e ${start + bytes} -- 0`);
  return miTuples(result, "asm_insns").flatMap((each) => {
    const address = miAddress(each, "address");
    return address === undefined ? [] : [{ address, text: miString(each, "inst") ?? "" }];
  });
}

/** The functions of a compilation unit by the addresses that their code loads. */
type UnitCode = ReadonlyMap<bigint, readonly TrackedFunction[]>;

/** Larger units are not disassembled as a whole. */
const maxUnitBytes = 400_000n;

async function readUnitCode(gdb: GdbClient, program: Program, unit: string): Promise<UnitCode> {
  const edge = (name: string) =>
    [".", "__", "$"]
      .map((each) => program.symbol(`caml${unit}${each}${name}`))
      .find((each) => each !== undefined);
  const [begin, end] = [edge("code_begin"), edge("code_end")];
  const found = new Map<bigint, TrackedFunction[]>();
  if (begin === undefined || end === undefined || end - begin > maxUnitBytes) return found;
  const code = await disassemble(gdb, begin, end - begin);
  const functions = Map.groupBy(code, ({ address }) => program.functionAt(address)?.address);
  for (const [start, instructions] of functions) {
    const of = start === undefined ? undefined : program.functionAt(start);
    const addresses = instructions.map((each) => BigInt(loadedAddress(each) ?? 0));
    const loaded = new Set(addresses.filter((address) => begin <= address && address < end));
    if (!of || loaded.size === 0) continue;
    const each = { instructions, symbol: of.symbol, line: await firstLine(gdb, of.address) };
    for (const address of loaded) found.set(address, [...(found.get(address) ?? []), each]);
  }
  return found;
}

async function firstLine(gdb: GdbClient, address: bigint): Promise<number | undefined> {
  const text = await gdb.console(`info line *${address}`).catch(() => "");
  const line = /^Line (\d+) of/.exec(text)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** gdb's numbers of the registers up to rip on x86-64. */
const generalNumbers = Array.from({ length: 17 }, (_, index) => index);

/** Requests what VS Code shows of each stop, and what the next step needs, in one go. */
export function prefetchStop(parts: StackParts, thread: number): void {
  const { gdb } = parts;
  const requests = [
    readFrames(parts, thread, 0, shownFrames),
    generalRegisters(gdb, { thread, level: 0 }),
    wordOf(gdb, "$sp", { thread, level: 0 }),
    wordOf(gdb, "$sp", { thread, level: 1 }),
  ];
  // Who needs an answer requests it again, and gets its error.
  for (const request of requests) void request.catch(() => undefined);
}

/** The names of the registers, which do not change. */
const registerNames = new WeakMap<GdbClient, ReturnType<GdbClient["query"]>>();

/** The general registers of a frame, by names such as `rax`. */
export async function generalRegisters(
  gdb: GdbClient,
  frame: MachineFrame,
): Promise<ReadonlyMap<string, bigint>> {
  const named = registerNames.get(gdb) ?? gdb.query(`-data-list-register-names ${generalNumbers.join(" ")}`);
  registerNames.set(gdb, named);
  const [{ "register-names": names }, values] = await Promise.all([
    named,
    gdb.query(`-data-list-register-values${frameOptions(frame)} x ${generalNumbers.join(" ")}`),
  ]);
  const found = new Map<string, bigint>();
  for (const each of miTuples(values, "register-values")) {
    const name = Array.isArray(names) ? names[Number(miString(each, "number"))] : undefined;
    const value = miAddress(each, "value");
    if (typeof name === "string" && value !== undefined) found.set(name, value);
  }
  return found;
}

/** The module of a definition: that of `Dune__exe__Unikernel.Main.start` is `Dune__exe__Unikernel.Main`. */
function moduleOf(definition: string): string {
  return definition
    .split(".")
    .filter((name) => /^[A-Z]/.test(name))
    .join(".");
}

/** Writes bytes into the program's memory. Rejects with a GdbError if it cannot be written. */
export async function writeMemory(gdb: GdbClient, address: bigint, bytes: Uint8Array): Promise<void> {
  const digits = Buffer.from(bytes).toString("hex");
  await gdb.send(`-data-write-memory-bytes 0x${address.toString(16)} ${miQuoted(digits)}`);
}
