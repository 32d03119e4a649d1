import type { DebugProtocol } from "@vscode/debugprotocol";
import { miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { miNumber, miTuple } from "../gdb/miRecords.ts";
import { handlerOffset } from "../breakpoints/exceptions.ts";
import { wordOf } from "../gdb/evaluateWord.ts";
import type { Program } from "../program/program.ts";
import type { RunControl, Stop, Stopped } from "../gdb/runControl.ts";
import { readFrames, shownFrames, type SourceFrame } from "../inspect/stack.ts";
import type { ProgramSources } from "../program/sources.ts";

/** A call on the line of a frame, into which a step can go. */
export interface StepTarget {
  /** Where the called function starts. */
  readonly address: bigint;
  /** Where the call returns to, by which it differs from other calls of the function. */
  readonly returnAddress: bigint;
  /** The name and place of the call, without an id. */
  readonly shown: Omit<DebugProtocol.StepInTarget, "id">;
}

export type StepKind = "next" | "stepIn" | "stepOut";

export interface StepParts {
  readonly gdb: GdbClient;
  readonly control: RunControl;
  readonly program: Program;
  readonly sources: ProgramSources;
  readonly justMyCode: boolean;
  /** Whether a stop that is not the step's own is to be shown, such as one at a breakpoint of the user. */
  readonly isInterrupted: (stop: Stopped) => Promise<boolean>;
}

export interface Steps {
  /**
   * Steps until the next line of the user, or into the call `into`. Resolves with the stop, of whatever reason. Rejects
   * if gdb refuses it.
   */
  readonly step: (kind: StepKind, thread: number, into?: StepTarget) => Promise<Stop>;
  /** Runs until a function of the user starts. */
  readonly toUserCode: () => Promise<Stop>;
  /**
   * Deletes the breakpoints that stay between steps. To be called when the user's breakpoints change: gdb names the
   * oldest breakpoint at an address, which has to be the user's.
   */
  readonly forgetBreakpoints: () => void;
}

interface BreakpointPlace {
  /** What it is for; one place is stored for each name. */
  readonly name: string;
  readonly address: bigint;
  /** The same each time, because it is not set again. */
  readonly condition: string;
}

interface StoredBreakpoint {
  readonly address: bigint;
  readonly number: number;
}

/** The functions of the runtime that raise, with the register that has its state there. */
const raiseFunctions: Readonly<Record<string, string>> = {
  caml_raise_exn: "r14",
  caml_reraise_exn: "r14",
  caml_raise_exception: "rdi",
};
/** The name of the breakpoint where the function of a step returns to. */
const returnPlace = "return";

/** Steps of gdb through one line, for example through inlined code, after which the step ends where it is. */
const stepLimit = 200;
/** How far the stack is searched for a caller of the user, in frames. */
const searchDepth = 200;

/**
 * Steps in the user's code. A line of a library that is inlined into a function of the user does not end a step;
 * neither does a return into a library, such as the end of an Lwt callback: then the program runs until it
 * returns to a function of the user, or calls one.
 */
export function createSteps(parts: StepParts): Steps {
  const { gdb, control, program, sources, justMyCode, isInterrupted } = parts;
  /** Breakpoints of the current step. */
  let internal = new Set<number>();
  let entries: { readonly functions: readonly unknown[]; readonly numbers: readonly number[] } | undefined;

  const insertAt = async (address: bigint, condition?: string) => {
    const options = condition === undefined ? "" : `-c ${miQuoted(condition)} `;
    const set = await gdb.send(`-break-insert ${options}*0x${address.toString(16)}`);
    return miNumber(miTuple(set, "bkpt"), "number");
  };
  const insert = async (address: bigint, condition?: string) => {
    const number = await insertAt(address, condition);
    if (number !== undefined) internal.add(number);
    return number;
  };
  /** Breakpoints that stay, disabled between steps, because to set and to delete them is slower than a step. */
  const stored = new Map<string, StoredBreakpoint>();
  /** Enables breakpoints that stay. Resolves with their numbers when gdb has received the command. */
  const enable = async (places: readonly BreakpointPlace[]) => {
    const known: number[] = [];
    const set = async ({ name, address, condition }: BreakpointPlace) => {
      const before = stored.get(name);
      if (before?.address === address) return void known.push(before.number);
      if (before) void gdb.send(`-break-delete ${before.number}`).catch(() => undefined);
      const number = await insertAt(address, condition);
      if (number !== undefined) stored.set(name, { address, number });
    };
    await Promise.all(places.map(set));
    if (known.length > 0) void gdb.send(`-break-enable ${known.join(" ")}`).catch(() => undefined);
    for (const { name } of places) {
      const { number } = stored.get(name) ?? {};
      if (number !== undefined) internal.add(number);
    }
  };
  const storedNumbers = () => new Set([...stored.values()].map(({ number }) => number));
  /** Breakpoints at the starts of the user's functions. They stay, disabled, because there may be hundreds. */
  const enableEntries = async () => {
    areEntriesEnabled = true;
    const functions = await program.userFunctions(gdb, sources);
    if (entries?.functions !== functions) {
      const numbers = await Promise.all(functions.map(({ address }) => insertAt(address)));
      entries = { functions, numbers: numbers.filter((number) => number !== undefined) };
    } else if (entries.numbers.length > 0) await gdb.send(`-break-enable ${entries.numbers.join(" ")}`);
  };
  const isEntry = (number: number | undefined) =>
    number !== undefined && entries?.numbers.includes(number) === true;
  /** Does not wait for gdb, which answers in order. */
  const cleanUp = () => {
    const staying = storedNumbers();
    const send = (command: string, numbers: readonly number[]) => {
      if (numbers.length > 0) void gdb.send(`${command} ${numbers.join(" ")}`).catch(() => undefined);
    };
    const numbers = [...internal];
    send(
      "-break-delete",
      numbers.filter((number) => !staying.has(number)),
    );
    send("-break-disable", [
      ...numbers.filter((number) => staying.has(number)),
      ...(areEntriesEnabled ? (entries?.numbers ?? []) : []),
    ]);
    internal = new Set();
    areEntriesEnabled = false;
  };
  let areEntriesEnabled = false;

  const isUserStop = (stop: Stopped) =>
    !justMyCode ? stop.frame?.line !== undefined : sources.isUser(sources.path(stop.frame?.fullName));

  /** Sets a breakpoint at the return address in the nearest function of the user below a frame. */
  const breakAtCaller = async (thread: number, from: number, above: bigint | undefined) => {
    const frames = await readFrames({ gdb, program, sources }, thread, from, from + searchDepth);
    const caller = frames.find((frame) => (justMyCode ? frame.isUser : frame.path !== undefined));
    if (caller) await insert(caller.address, above === undefined ? undefined : `$sp > ${above}`);
    return caller !== undefined;
  };
  /** Sets a breakpoint where the innermost frame returns to, or at the user's functions if that is not known. */
  const breakAtReturn = async (thread: number, sp: bigint | undefined) => {
    const [caller] = await readFrames({ gdb, program, sources }, thread, 1, 1);
    if (caller && sp !== undefined) await insert(caller.address, `$sp > ${sp}`);
    else await enableEntries();
  };
  /** Continues from a library until the program is in the user's code. */
  const runToUser = async (thread: number): Promise<Stop> => {
    const sp = await wordOf(gdb, "$sp");
    await breakAtCaller(thread, 1, sp);
    await enableEntries();
    return control.resume("-exec-continue");
  };

  /**
   * Sets breakpoints for exceptions that leave the current frame, because gdb waits for a return that does not happen
   * then. The condition is that the handler is not in a frame that the step has called.
   */
  const breakAtRaises = async (sp: bigint, others: readonly BreakpointPlace[] = [], base = 0n) => {
    const offset = await (handlerAt ??= handlerOffset(gdb, program));
    const places = Object.entries(raiseFunctions).flatMap(([name, state]) => {
      const address = program.symbol(name);
      if (address === undefined || offset === undefined) return [];
      return [{ name, address, condition: `*(unsigned long*)($${state}+${offset}) >= $mirageos_sp` }];
    });
    // The conditions stay the same, because gdb is slow to parse one.
    const variables = `"$mirageos_sp=${sp},$mirageos_base=${base}"`;
    void gdb.send(`-data-evaluate-expression ${variables}`).catch(() => undefined);
    await enable([...places, ...others]);
  };
  let handlerAt: Promise<number | undefined> | undefined;
  /** The register with the state of the runtime at a stop at a raise of the current step. */
  const raiseState = (number: number | undefined) => {
    if (number === undefined || !internal.has(number)) return undefined;
    const [name] = [...stored].find(([, each]) => each.number === number) ?? [];
    return name === undefined ? undefined : raiseFunctions[name];
  };
  /** Continues from a raise to its handler. */
  const runToHandler = async (state: string): Promise<Stop> => {
    const offset = (await handlerAt) ?? 0;
    const frame = await wordOf(gdb, `*(unsigned long*)($${state}+${offset})`);
    const handler = await wordOf(gdb, `*(unsigned long*)(*(unsigned long*)($${state}+${offset})+8)`);
    if (handler !== undefined && frame !== undefined) await insert(handler, `$sp > ${frame}`);
    return control.resume("-exec-continue");
  };

  const stepLines = async (thread: number, isInto: boolean, into?: StepTarget): Promise<Stop> => {
    let { start, base, caller, sp } = await placeOf(thread);
    // gdb itself would go on to the next line, past the other calls of the line that called the function.
    const atReturn =
      caller && base !== undefined
        ? [{ name: returnPlace, address: caller.address, condition: "$sp >= $mirageos_base" }]
        : [];
    await breakAtRaises(sp ?? 0n, atReturn, base);
    const returned = atReturn.length > 0 ? stored.get(returnPlace)?.number : undefined;
    if (into) await insert(into.address, `*(unsigned long*)$sp == ${into.returnAddress}`);
    else if (isInto && justMyCode) await enableEntries();
    const command = isInto && !into && !justMyCode ? "-exec-step" : "-exec-next";
    // gdb itself cannot step from a raise to the handler, nor in code without lines, such as a system call at a pause.
    const raising = raiseFunctions[start?.symbol ?? ""];
    let stop = await (raising !== undefined
      ? runToHandler(raising)
      : start?.line === undefined
        ? runToUser(thread)
        : control.resume(`${command} --thread ${thread}`));
    let isInCallback = false;
    for (let count = 0; count < stepLimit; count += 1) {
      if (stop.kind === "ended") return stop;
      const state = raiseState(stop.breakpoint);
      if (state !== undefined) {
        stop = await runToHandler(state);
        // The handler can be on the line of the call, for example that of a `match` with `exception`.
        if (stop.kind === "stopped" && isUserStop(stop) && (await isSameLine(stop, start, base)))
          stop = await control.resume(`${command} --thread ${thread}`);
        continue;
      }
      if (isEntry(stop.breakpoint) || internal.has(stop.breakpoint ?? -1)) {
        if (!isInto && !isInCallback && isCallbackOnLine(stop, start)) {
          isInCallback = true;
          ({ start, base } = await placeOf(thread));
          stop = await control.resume(`${command} --thread ${thread}`);
          continue;
        }
        if (isUserStop(stop)) return stop;
        if (returned !== undefined && stop.breakpoint === returned && (await isInUserFunction(stop))) {
          // The call is inlined code of a library.
          ({ start, base } = await placeOf(thread));
          stop = await control.resume(`${command} --thread ${thread}`);
        } else stop = await runToUser(stop.thread);
        continue;
      }
      if (stop.reason !== "end-stepping-range") {
        if (await isInterrupted(stop)) return stop;
        stop = await runBack(stop, start);
        continue;
      }
      if (isUserStop(stop) && !(await isSameLine(stop, start, base))) return stop;
      const isInFunction = stop.frame?.symbol === start?.symbol || stop.frame?.line !== undefined;
      const isInlined = stop.frame?.symbol === start?.symbol && isInFunction;
      stop =
        isInlined || isUserStop(stop)
          ? await control.resume(`${command} --thread ${thread}`)
          : await runToUser(stop.thread);
    }
    return stop;
  };
  /**
   * Whether a step over a line came to another function that begins on it, such as the callback in `p >>= fun x ->`. To
   * stop there would look as if nothing had happened.
   */
  const isCallbackOnLine = (stop: Stopped, start: SourceFrame | undefined) =>
    isEntry(stop.breakpoint) &&
    stop.frame?.line !== undefined &&
    stop.frame.line === start?.line &&
    stop.frame.symbol !== start.symbol &&
    sources.path(stop.frame.fullName) === start.path;
  /** Goes on after a breakpoint that does not stop, in a function that the step has called. */
  const runBack = async (stop: Stopped, start: SourceFrame | undefined): Promise<Stop> => {
    const frames = await readFrames({ gdb, program, sources }, stop.thread, 0, searchDepth);
    const back = frames.find(({ level, symbol }) => level > 0 && symbol === start?.symbol);
    if (!back) return control.resume(`-exec-next --thread ${stop.thread}`);
    await insert(back.address, `$sp > ${(await wordOf(gdb, "$sp")) ?? 0n}`);
    return control.resume("-exec-continue");
  };
  /** Whether a step came back to its line, from inlined code or from a raise. */
  const isSameLine = async (stop: Stopped, start: SourceFrame | undefined, base: bigint | undefined) =>
    stop.frame?.line === start?.line &&
    stop.frame?.symbol === start?.symbol &&
    (await frameBase(stop.thread)) === base;
  const isInUserFunction = async ({ frame }: Stopped) =>
    (await program.userFunctions(gdb, sources)).some(({ symbol }) => symbol === frame?.symbol);
  const placeOf = async (thread: number) => {
    // What is read at a stop that is shown.
    const [frames, base, sp] = await Promise.all([
      readFrames({ gdb, program, sources }, thread, 0, shownFrames),
      frameBase(thread),
      wordOf(gdb, "$sp", { thread, level: 0 }),
    ]);
    return { start: frames[0], caller: frames.find(({ level }) => level === 1), base, sp };
  };
  /** The same during a call of a function, unlike the stack pointer, which a `try` in it changes. */
  const frameBase = (thread: number) => wordOf(gdb, "$sp", { thread, level: 1 });

  const stepOut = async (thread: number): Promise<Stop> => {
    const frames = await readFrames({ gdb, program, sources }, thread, 0, shownFrames);
    const sp = await wordOf(gdb, "$sp", { thread, level: 0 });
    await breakAtRaises(sp ?? 0n);
    const raising = raiseFunctions[frames[0]?.symbol ?? ""];
    if (raising !== undefined) {
      const raiser = frames.find(({ path }) => path !== undefined)?.level ?? 0;
      const end = await wordOf(gdb, "$sp", { thread, level: raiser + 1 });
      const stop = await runToHandler(raising);
      if (stop.kind === "ended") return stop;
      const isInRaiser = end !== undefined && ((await wordOf(gdb, "$sp")) ?? end) < end;
      if (!isInRaiser) return isUserStop(stop) ? stop : runToUser(stop.thread);
    }
    if (!(await breakAtCaller(thread, 1, sp))) await breakAtReturn(thread, sp);
    let stop = await control.resume("-exec-continue");
    const state = stop.kind === "stopped" ? raiseState(stop.breakpoint) : undefined;
    if (state !== undefined) stop = await runToHandler(state);
    if (stop.kind === "stopped" && internal.has(stop.breakpoint ?? -1) && !isUserStop(stop))
      return runToUser(stop.thread);
    return stop;
  };

  return {
    step: async (kind, thread, into) => {
      try {
        return kind === "stepOut" ? await stepOut(thread) : await stepLines(thread, kind === "stepIn", into);
      } finally {
        cleanUp();
      }
    },
    toUserCode: async () => {
      try {
        await enableEntries();
        return await control.resume("-exec-continue");
      } finally {
        cleanUp();
      }
    },
    forgetBreakpoints: () => {
      const numbers = [...storedNumbers(), ...(entries?.numbers ?? [])];
      stored.clear();
      entries = undefined;
      if (numbers.length > 0) void gdb.send(`-break-delete ${numbers.join(" ")}`).catch(() => undefined);
    },
  };
}
