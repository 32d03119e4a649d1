import type { DebugProtocol } from "@vscode/debugprotocol";
import { basename } from "node:path";
import { t } from "../../protocol/l10n.ts";
import { GdbError, miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { miAddress, miNumber, miString, miTuple, miTuples, type MiTuple } from "../gdb/miRecords.ts";
import type { RequestedBreakpoint } from "./breakpointRequests.ts";
import { conditionByAddress } from "./gdbCondition.ts";
import { hitCounter, type HitCounter } from "./hitConditions.ts";
import type { Program } from "../program/program.ts";
import type { Stopped } from "../gdb/runControl.ts";
import type { ProgramSources } from "../program/sources.ts";

/** What a condition or a log message needs at a stop. */
export interface StopEvaluation {
  /** Whether an expression is true. Rejects with an Error whose message says why it cannot be evaluated. */
  readonly isTrue: (expression: string, stop: Stopped) => Promise<boolean>;
  /**
   * A condition of gdb that may be false only if the expression is, at every stop at this address; `undefined` if there
   * is none.
   */
  readonly gdbCondition: (expression: string, stop: Stopped) => Promise<string | undefined>;
  /** The value of an expression as text. Never rejects. */
  readonly text: (expression: string, stop: Stopped) => Promise<string>;
}

export interface BreakpointParts {
  readonly gdb: GdbClient;
  readonly program: Program;
  readonly sources: ProgramSources;
  readonly evaluation: StopEvaluation;
  /** Prints into the debug console. */
  readonly print: (text: string) => void;
}

/** Whether the program stays stopped at a breakpoint: the ids of VS Code's breakpoints if so. */
export type BreakpointHit =
  | { readonly stops: false }
  | { readonly stops: true; readonly ids: readonly number[] };

export interface Breakpoints {
  /** Sets and deletes breakpoints in gdb so that exactly those that are requested exist. */
  readonly apply: (requested: readonly RequestedBreakpoint[]) => Promise<void>;
  readonly status: (breakpoint: RequestedBreakpoint) => DebugProtocol.Breakpoint;
  /** Handles a hit of one of these breakpoints; `undefined` if the number of gdb is not one of them. */
  readonly hit: (number: number | undefined, stop: Stopped) => Promise<BreakpointHit | undefined>;
}

interface Installed {
  readonly request: RequestedBreakpoint;
  readonly numbers: readonly number[];
  readonly status: DebugProtocol.Breakpoint;
  readonly counter: HitCounter | undefined;
  /** Whether each breakpoint of gdb is at one address, and not at all those of a line. */
  readonly hasOneAddress: boolean;
  /** The functions in which the condition has been evaluated. */
  readonly evaluatedIn: Set<string | undefined>;
  /** The conditions that gdb evaluates, by number and address; `undefined` where there is none. */
  readonly inGdb: Map<number, Map<bigint, string | undefined>>;
}

export function createBreakpoints(parts: BreakpointParts): Breakpoints {
  const { gdb, evaluation, print } = parts;
  const installed = new Map<number, Installed>();

  const remove = async (id: number) => {
    const numbers = installed.get(id)?.numbers ?? [];
    installed.delete(id);
    if (numbers.length > 0) await gdb.send(`-break-delete ${numbers.join(" ")}`).catch(ignoreRefusal);
  };
  /** Lets gdb itself evaluate the condition at this address from now on, if it can. */
  const moveToGdb = async (number: number, condition: string, of: Installed, stop: Stopped) => {
    const { inGdb, hasOneAddress } = of;
    const address = stop.frame?.address;
    const known = inGdb.get(number) ?? new Map<bigint, string | undefined>();
    if (address === undefined || known.has(address)) return;
    inGdb.set(number, known);
    known.set(address, await evaluation.gdbCondition(condition, stop));
    const tests = new Map([...known].filter((each): each is [bigint, string] => each[1] !== undefined));
    if (tests.size === 0) return;
    const [only] = tests.values();
    const test = miQuoted(hasOneAddress && only !== undefined ? only : conditionByAddress(tests));
    await gdb.send(`-break-condition ${number} ${test}`).catch(ignoreRefusal);
  };
  const hit = async (number: number, of: Installed, stop: Stopped): Promise<BreakpointHit> => {
    const { request, counter, evaluatedIn } = of;
    if (request.condition !== undefined) {
      try {
        const isTrue = await evaluation.isTrue(request.condition, stop);
        evaluatedIn.add(stop.frame?.symbol);
        await moveToGdb(number, request.condition, of, stop);
        if (!isTrue) return { stops: false };
      } catch (error) {
        // A line may be part of several functions, such as one and a callback in it, which do not have the same names.
        if (evaluatedIn.size > 0 && !evaluatedIn.has(stop.frame?.symbol)) return { stops: false };
        // A condition that cannot be evaluated stops, so that the user sees why.
        print(
          t("The condition {0} could not be evaluated: {1}", request.condition, (error as Error).message) +
            "\n",
        );
        return { stops: true, ids: [request.id] };
      }
    }
    if (counter?.() === false) return { stops: false };
    if (request.logMessage === undefined) return { stops: true, ids: [request.id] };
    print(`${await logPointText(request.logMessage, (expression) => evaluation.text(expression, stop))}\n`);
    return { stops: false };
  };
  return {
    apply: async (requested) => {
      const ids = new Set(requested.map(({ id }) => id));
      for (const id of installed.keys()) if (!ids.has(id)) await remove(id);
      for (const request of requested) {
        if (!installed.has(request.id)) installed.set(request.id, await install(parts, request));
      }
    },
    status: ({ id }) => installed.get(id)?.status ?? { id, verified: false },
    hit: async (number, stop) => {
      if (number === undefined) return undefined;
      const found = [...installed.values()].find(({ numbers }) => numbers.includes(number));
      return found && hit(number, found, stop);
    },
  };
}

async function install(parts: BreakpointParts, request: RequestedBreakpoint): Promise<Installed> {
  const { id, hitCondition, place } = request;
  const counter = hitCondition === undefined ? undefined : hitCounter(hitCondition);
  const known = {
    request,
    counter,
    hasOneAddress: true,
    evaluatedIn: new Set<string | undefined>(),
    inGdb: new Map<number, Map<bigint, string | undefined>>(),
  };
  const refused = (message: string): Installed => ({
    numbers: [],
    status: { id, verified: false, message, reason: "failed" },
    ...known,
  });
  if (hitCondition !== undefined && !counter)
    return refused(t('"{0}" is not a number of hits. Use for example 5, > 5 or % 5.', hitCondition));
  try {
    switch (place.kind) {
      case "source":
        return { ...known, ...(await installAtLine(parts, id, place.path, place.line)) };
      case "function":
        return { ...known, ...(await installAtFunctions(parts, id, place.name)) };
      case "instruction": {
        const set = await parts.gdb.send(`-break-insert *${place.address}`);
        const number = miNumber(miTuple(set, "bkpt"), "number");
        return {
          ...known,
          numbers: number === undefined ? [] : [number],
          status: { id, verified: true },
        };
      }
    }
  } catch (error) {
    if (error instanceof GdbError) return refused(error.message);
    throw error;
  }
}

type Placed = Pick<Installed, "numbers" | "status"> & Partial<Pick<Installed, "hasOneAddress">>;

async function installAtLine(
  { gdb, program, sources }: BreakpointParts,
  id: number,
  path: string,
  line: number,
): Promise<Placed> {
  const refused = (message: string): Placed => ({
    numbers: [],
    status: { id, verified: false, message, reason: "failed" },
  });
  if (!program.hasSymbols) return refused(t("The image has no symbols. Build it without stripping it."));
  if (sources.all().length === 0)
    return refused(t("The image has no line numbers. Build it with the option -g of OCaml."));
  const built = sources.built(path);
  if (built === undefined) return refused(t("{0} is not part of the image.", basename(path)));
  const set = await gdb
    .send(`-break-insert --source ${miQuoted(built)} --line ${line}`)
    .catch((error: unknown) => {
      if (error instanceof GdbError && /^No (?:line|compiled code)/.test(error.message)) return undefined;
      throw error;
    });
  if (!set) return refused(t("There is no code at this line or after it."));
  const breakpoint = miTuple(set, "bkpt");
  const locations = locationsOf(breakpoint);
  const [first] = locations;
  const number = miNumber(breakpoint, "number");
  const message =
    (await sources.builtCopy(path)) !== undefined
      ? t("{0} has changed since the build. The program stops where this line was then.", basename(path))
      : undefined;
  return {
    numbers: number === undefined ? [] : [number],
    hasOneAddress: locations.length === 1,
    status: {
      id,
      verified: true,
      line: miNumber(first, "line") ?? line,
      source: { name: basename(path), path },
      ...(message !== undefined && { message }),
      ...(miAddress(first, "addr") !== undefined && { instructionReference: miString(first, "addr") ?? "" }),
    },
  };
}

async function installAtFunctions(
  { gdb, program }: BreakpointParts,
  id: number,
  name: string,
): Promise<Placed> {
  const functions = program.named(name);
  const numbers: number[] = [];
  for (const { symbol } of functions.slice(0, functionLimit)) {
    // The form *& keeps gdb from skipping what it takes for the function's prologue.
    const set = await gdb.send(`-break-insert ${miQuoted(`*&'${symbol}'`)}`);
    const number = miNumber(miTuple(set, "bkpt"), "number");
    if (number !== undefined) numbers.push(number);
  }
  const isPlaced = numbers.length > 0;
  const message = t(
    "The image has no function {0}. Write its modules too, such as Unikernel.Main.start.",
    name,
  );
  return {
    numbers,
    status: { id, verified: isPlaced, ...(!isPlaced && { message, reason: "failed" as const }) },
  };
}

/** A name such as `fun` may match hundreds of functions. */
const functionLimit = 50;

function locationsOf(breakpoint: MiTuple | undefined): readonly MiTuple[] {
  const several = miTuples(breakpoint, "locations");
  return several.length > 0 || !breakpoint ? several : [breakpoint];
}

/** Replaces the expressions in braces of a log message. `\{` is a brace. */
export async function logPointText(
  message: string,
  evaluate: (expression: string) => Promise<string>,
): Promise<string> {
  let text = "";
  for (const [part, escaped, expression] of message.matchAll(/\\([{}])|\{([^{}]*)\}|[^\\{}]+|[\\{}]/g)) {
    text += escaped ?? (expression === undefined ? part : await evaluate(expression));
  }
  return text;
}

/** A breakpoint that gdb no longer has needs no deletion. */
function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof GdbError)) throw error;
  return undefined;
}
