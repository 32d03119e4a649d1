import type { DebugProtocol } from "@vscode/debugprotocol";
import { miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { wordOf } from "../gdb/evaluateWord.ts";
import { miNumber, miString, miTuple, miTuples } from "../gdb/miRecords.ts";
import type { ExceptionText } from "../values/render/exceptionText.ts";
import { symbolName } from "../values/symbolName.ts";
import type { ExceptionFilter } from "./breakpointRequests.ts";
import { isRepeated } from "./reraise.ts";
import { failFunctions, linkedFail, tailRaises, type TailRaise } from "./tailRaises.ts";
import type { Program, ProgramFunction } from "../program/program.ts";
import { frameOf, type Stopped } from "../gdb/runControl.ts";
import type { ProgramSources } from "../program/sources.ts";

export interface ExceptionParts {
  readonly gdb: GdbClient;
  readonly program: Program;
  readonly sources: ProgramSources;
  /** Names the exception value at an address. Never rejects. */
  readonly describe: (word: bigint) => Promise<ExceptionText | undefined>;
  /** The string at an address as a literal. Never rejects. */
  readonly literal: (word: bigint) => Promise<string | undefined>;
}

/** An exception at which the program stopped. */
export interface RaisedException {
  /** Undefined before a call of `failwith` or `invalid_arg`, which create the exception. */
  readonly word: bigint | undefined;
  readonly filter: string;
  readonly text: ExceptionText | undefined;
  /** The register with the state of the runtime. */
  readonly state: string;
}

export interface ExceptionStops {
  readonly apply: (filters: readonly ExceptionFilter[]) => Promise<void>;
  /**
   * Handles a stop where an exception is raised: the exception, `"ignored"` if no filter matches it, or `undefined` if
   * the number of gdb is not one of these breakpoints.
   */
  readonly hit: (
    number: number | undefined,
    stop: Stopped,
  ) => Promise<RaisedException | "ignored" | undefined>;
}

/** A function of OCaml's runtime that raises, with the registers at its start (`runtime/amd64.S`). */
interface Raise {
  readonly symbol: string;
  /** The register with the exception. */
  readonly exception: string;
  /** The register with the domain's state. */
  readonly state: string;
  /** Whether it is called by OCaml, so that the return address is in the function that raises. */
  readonly isFromOcaml: boolean;
}
const raises: readonly Raise[] = [
  { symbol: "caml_raise_exn", exception: "rax", state: "r14", isFromOcaml: true },
  { symbol: "caml_reraise_exn", exception: "rax", state: "r14", isFromOcaml: true },
  { symbol: "caml_raise_exception", exception: "rsi", state: "rdi", isFromOcaml: false },
];

interface Installed {
  readonly number: number;
  readonly raise: Raise;
  readonly filter: ExceptionFilter;
  /** The condition in gdb. */
  readonly condition: string | undefined;
}

interface InstalledTail extends TailRaise {
  readonly number: number;
}

/** Stops where exceptions are raised. The filters run inside gdb as far as they can. */
export function createExceptionStops(parts: ExceptionParts): ExceptionStops {
  const { gdb, program, sources, describe, literal } = parts;
  let installed: Installed[] = [];
  let tails: InstalledTail[] = [];
  /** The exception at whose tail call the program has stopped, and which is raised next. */
  let announced: string | undefined;
  let active: readonly ExceptionFilter[] = [];

  /** Whether the innermost OCaml function below a raise of the runtime is the user's. */
  const isRaisedByUser = async (stop: Stopped) => {
    const stack = await gdb.query(`-stack-list-frames --thread ${stop.thread} 1 12`);
    const caller = miTuples(stack, "stack")
      .map(frameOf)
      .find((frame) => frame?.symbol !== undefined && /^_?caml[A-Z]/.test(frame.symbol));
    return sources.isUser(sources.path(caller?.fullName));
  };
  const install = async (filter: ExceptionFilter) => {
    const handler = filter.filter === "uncaught" ? await outermostHandler(gdb, program) : undefined;
    for (const raise of raises) {
      if (program.symbol(raise.symbol) === undefined) continue;
      const condition =
        filter.filter === "user" && raise.isFromOcaml
          ? raisedIn(
              withEntries(await program.userFunctions(gdb, sources), program),
              raisingFunctions(program),
            )
          : handler?.(raise.state);
      if (condition === "0") continue;
      const options = condition === undefined ? "" : `-c ${miQuoted(condition)} `;
      const set = await gdb.send(`-break-insert ${options}"*&'${raise.symbol}'"`);
      const number = miNumber(miTuple(set, "bkpt"), "number");
      if (number !== undefined) installed.push({ number, raise, filter, condition });
    }
  };
  const installTails = async () => {
    const functions = withEntries(await program.userFunctions(gdb, sources), program);
    for (const tail of await tailRaises(gdb, program, functions)) {
      const set = await gdb.send(`-break-insert *0x${tail.address.toString(16)}`);
      const number = miNumber(miTuple(set, "bkpt"), "number");
      if (number !== undefined) tails.push({ ...tail, number });
    }
  };
  const hitTail = async ({ exception: name }: InstalledTail): Promise<RaisedException | "ignored"> => {
    const filter = active.find(
      (each) =>
        each.filter !== "uncaught" && (each.condition === undefined || matchesNames(name, each.condition)),
    );
    const message = await wordOf(gdb, "$rax");
    const shown = message === undefined ? undefined : await literal(message);
    if (!filter || shown === undefined) return "ignored";
    announced = `${name}(${shown})`;
    return { word: undefined, filter: filter.filter, text: { name, text: announced }, state: "r14" };
  };
  const applies = async (
    { number, raise, filter, condition }: Installed,
    hit: number | undefined,
    stop: Stopped,
    word: bigint,
    text: ExceptionText | undefined,
  ): Promise<boolean> => {
    if (filter.condition !== undefined && text && !matchesNames(text.name, filter.condition)) return false;
    if (filter.filter === "user" && !raise.isFromOcaml && !(await isRaisedByUser(stop))) return false;
    if (filter.filter !== "uncaught" && raise.isFromOcaml) {
      const { symbol, state } = raise;
      if (await isRepeated(parts, { symbol, state, word }, filter.filter === "all")) return false;
    }
    return number === hit || condition === undefined || (await wordOf(gdb, condition)) === 1n;
  };
  return {
    apply: async (filters) => {
      if (JSON.stringify(filters) === JSON.stringify(active)) return;
      active = filters;
      const old = [...installed, ...tails].map(({ number }) => number);
      installed = [];
      tails = [];
      if (old.length > 0) await gdb.send(`-break-delete ${old.join(" ")}`).catch(() => undefined);
      for (const filter of filters) await install(filter);
      if (filters.some(({ filter }) => filter !== "uncaught")) await installTails();
    },
    hit: async (number, stop) => {
      const tail = tails.find((each) => each.number === number);
      if (tail) return hitTail(tail);
      const found = installed.find((each) => each.number === number);
      if (!found) return undefined;
      const word = await wordOf(gdb, `$${found.raise.exception}`);
      if (word === undefined) return "ignored";
      const text = await describe(word);
      const isAnnounced = text !== undefined && text.text === announced;
      announced = undefined;
      // gdb names only one of the breakpoints at an address.
      const here = installed.filter(({ raise }) => raise === found.raise);
      for (const each of isAnnounced ? here.filter(({ filter }) => filter.filter === "uncaught") : here) {
        if (await applies(each, number, stop, word, text))
          return { word, filter: each.filter.filter, text, state: found.raise.state };
      }
      return "ignored";
    },
  };
}

/** With the code that initializes the modules of the functions, whose start has no line. */
function withEntries(functions: readonly ProgramFunction[], program: Program): readonly ProgramFunction[] {
  const units = new Set(functions.map(({ symbol }) => symbolName(symbol)?.unit));
  const entries = program
    .linkedAs(/^caml[A-Z].*(?:__|[.$])entry$/)
    .filter(({ symbol }) => units.has(/^caml(.*?)(?:__|[.$])entry$/.exec(symbol)?.[1]));
  return [...new Map([...functions, ...entries].map((each) => [each.address, each])).values()];
}

/** The functions with which users raise, and the bytes of their frames, return address included. */
function raisingFunctions(program: Program): readonly (ProgramFunction & { readonly frameSize: number })[] {
  return Object.keys(failFunctions).flatMap((name) =>
    linkedFail(program, name).flatMap((each) => {
      const [frame] = program.frames()?.within(each.address, each.address + BigInt(each.bytes) + 1n) ?? [];
      return frame ? [{ ...each, frameSize: frame.frameSize }] : [];
    }),
  );
}

/** A condition of gdb that one of the functions raises, itself or by one of those that only raise; `0` if there are none. */
function raisedIn(
  functions: readonly ProgramFunction[],
  raising: readonly (ProgramFunction & { readonly frameSize: number })[],
): string {
  if (functions.length === 0) return "0";
  const throughOthers = raising.map(
    ({ frameSize, ...each }) =>
      `(${returnsInto([each])} && (${returnsInto(functions, `*(unsigned long*)($rsp+${frameSize})`)}))`,
  );
  return [returnsInto(functions), ...throughOthers].join(" || ");
}

/** A condition of gdb that a return address is in one of the functions. */
function returnsInto(functions: readonly ProgramFunction[], place = "*(unsigned long*)$rsp"): string {
  const ranges: { from: bigint; to: bigint }[] = [];
  for (const { address, bytes } of functions.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    const last = ranges.at(-1);
    const end = address + BigInt(bytes);
    // Functions of one file are next to each other, with padding between them.
    if (last && address - last.to < 32n) last.to = end;
    else ranges.push({ from: address, to: end });
  }
  return ranges.map(({ from, to }) => `(${place} >= ${from} && ${place} <= ${to})`).join(" || ");
}

/**
 * A condition that the current exception handler is the outermost one, which `caml_start_program` installs. The
 * handler is in the domain's state, at a place that depends on OCaml's version: `caml_raise_exn` loads it into rsp.
 */
async function outermostHandler(
  gdb: GdbClient,
  program: Program,
): Promise<((state: string) => string) | undefined> {
  const start = program.symbol("caml_start_program");
  const offset = await handlerOffset(gdb, program);
  if (start === undefined || offset === undefined) return undefined;
  const end = start + BigInt(program.functionAt(start)?.bytes || 512);
  return (state) => {
    const handler = `*(unsigned long*)(*(unsigned long*)($${state}+${offset})+8)`;
    return `${handler} >= ${start} && ${handler} < ${end}`;
  };
}

/** The offset of the exception handler's address in the domain's state, from the code of `caml_raise_exn`. */
export async function handlerOffset(gdb: GdbClient, program: Program): Promise<number | undefined> {
  const raise = program.symbol("caml_raise_exn");
  if (raise === undefined) return undefined;
  const code = await gdb.send(`-data-disassemble -s ${raise} -e ${raise + 160n} -- 0`).catch(() => undefined);
  for (const instruction of miTuples(code, "asm_insns")) {
    const found = /^mov\s+0x([\da-f]+)\(%r14\),%rsp/.exec(miString(instruction, "inst") ?? "");
    if (found) return Number.parseInt(found[1] ?? "", 16);
  }
  return undefined;
}

/** Whether a list of names, as the user types it, contains an exception. Modules may be left out. */
export function matchesNames(name: string, condition: string): boolean {
  const names = condition.split(/[\s,;|]+/).filter((each) => each !== "");
  const full = `.${name.replaceAll("__", ".")}`;
  return names.length === 0 || names.some((each) => full.endsWith(`.${each}`));
}

/** The answer to `exceptionInfo`. `text` describes the exception, and `stackTrace` says where it was raised before. */
export function exceptionInfo(
  { text: known, filter }: RaisedException,
  text: string | undefined,
  stackTrace: string | undefined,
): DebugProtocol.ExceptionInfoResponse["body"] {
  return {
    exceptionId: known?.name ?? "exception",
    ...(text !== undefined && { description: text }),
    ...(known && {
      details: { typeName: known.name, message: known.text, ...(stackTrace !== undefined && { stackTrace }) },
    }),
    breakMode: filter === "uncaught" ? "unhandled" : "always",
  };
}
