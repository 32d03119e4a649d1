import { wordOf } from "../gdb/evaluateWord.ts";
import { miString, miTuples } from "../gdb/miRecords.ts";
import type { FrameLocation } from "../values/frameLocations.ts";
import { earlierSlots, isShared, type EarlierRaiseParts, type RaisedWord } from "./earlierRaise.ts";

/** A raise by OCaml's code at which the program is stopped. */
export interface StoppedRaise extends RaisedWord {
  /** The function of the runtime. */
  readonly symbol: string;
}

/**
 * Whether a raise repeats one at which the program has stopped already. That is a raise of an exception that was caught
 * before, if the user has not written it: the code that lwt_ppx adds to each `let%lwt` for backtraces, and the end of a
 * `try` whose handlers do not match. One that the user has written is repeated if the runtime has noted that the user's
 * code raised the exception first. `isAnyCode` is for stops at raises of all code.
 */
export async function isRepeated(
  parts: EarlierRaiseParts,
  raise: StoppedRaise,
  isAnyCode: boolean,
): Promise<boolean> {
  const { gdb, program, sources } = parts;
  const returnAddress = await wordOf(gdb, "*(unsigned long*)$rsp");
  if (returnAddress === undefined) return false;
  const [location] = program.frameAt(returnAddress)?.locations ?? [];
  const text = location && (await textAt(parts, location));
  if (await keepsBacktrace(parts, raise.symbol, returnAddress)) {
    if (text !== undefined && !isWrittenRaise.test(text)) return true;
  } else {
    if (text === undefined || !isRaiseOfVariable.test(text) || (await isShared(gdb, raise.word)))
      return false;
  }
  const slots = (await earlierSlots(parts, raise)) ?? [];
  // The first one may be in `failwith`.
  const first = slots.slice(0, 2).flatMap(({ locations }) => locations);
  return isAnyCode ? first.length > 0 : first.some(({ file }) => sources.isUser(sources.withName(file)));
}

/** The start of an expression such as `raise e`, `Lwt.reraise e` or `Printexc.raise_with_backtrace e b`. */
const isWrittenRaise = /^[(\s]*(?:[A-Z]\w*\.)*(?:re)?raise/;

/** A variable is the parameter of a handler of Lwt, which the compiler does not know to be one. */
const isRaiseOfVariable = /^[(\s]*(?:[A-Z]\w*\.)*(?:re)?raise\s+[a-z_]/;

/** The source text from a location on. */
async function textAt(
  { sources }: EarlierRaiseParts,
  { file, line, startColumn }: FrameLocation,
): Promise<string | undefined> {
  const path = sources.withName(file);
  const source = path === undefined ? undefined : await sources.builtText(path);
  const text = source?.split("\n")[line - 1];
  return text === undefined ? undefined : Buffer.from(text).subarray(startColumn).toString();
}

/**
 * Whether a raise adds to the backtrace of the one before, which the compiler lets it do for an exception that a handler
 * has caught (`emit_instr` in OCaml's `asmcomp/amd64/emit.mlp`). OCaml 5 has a function for that; OCaml 4 only does not
 * set the length of the backtrace to 0 before the call, by `movq $0, offset(%r14)`. False if that is not known.
 */
async function keepsBacktrace(
  { gdb, program }: EarlierRaiseParts,
  symbol: string,
  returnAddress: bigint,
): Promise<boolean> {
  if (program.symbol("caml_reraise_exn") !== undefined) return symbol === "caml_reraise_exn";
  const before = 5 + 11;
  const result = await gdb
    .query(`-data-read-memory-bytes 0x${(returnAddress - BigInt(before)).toString(16)} ${before}`)
    .catch(() => undefined);
  const [block] = miTuples(result, "memory");
  const code = /^(.*)e8[\da-f]{8}$/.exec(miString(block, "contents") ?? "")?.[1];
  return code !== undefined && !/49c7(?:86[\da-f]{8}|46[\da-f]{2})0{8}$/.test(code);
}
