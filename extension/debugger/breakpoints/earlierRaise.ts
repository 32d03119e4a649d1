import { t } from "../../protocol/l10n.ts";
import { wordOf } from "../gdb/evaluateWord.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import { miString, miTuples } from "../gdb/miRecords.ts";
import { displayName, type Program } from "../program/program.ts";
import { blockTags } from "../values/heap/blocks.ts";
import type { FrameDescriptor } from "../values/frameTable.ts";
import type { ProgramSources } from "../program/sources.ts";

export interface EarlierRaiseParts {
  readonly gdb: GdbClient;
  readonly program: Program;
  readonly sources: ProgramSources;
}

/** An exception whose raise has stopped the program, and the register with the state of the runtime. */
export interface RaisedWord {
  readonly word: bigint;
  readonly state: string;
}

const maxSlots = 20;

/**
 * Where an exception was raised before the raise at which the program is stopped, as lines of a stack trace, innermost
 * first. A library such as Lwt stores an exception in a promise and raises it again. The runtime notes the last exception
 * that was raised and its backtrace (`runtime/backtrace_nat.c`), until the raise has begun. Undefined if the last one was
 * another exception, or if the program records no backtraces.
 */
export async function earlierRaise(
  parts: EarlierRaiseParts,
  exception: RaisedWord,
): Promise<string | undefined> {
  const { gdb, sources } = parts;
  const lines: string[] = [];
  for (const { locations } of (await earlierSlots(parts, exception)) ?? []) {
    for (const { definition, file, line, startColumn } of locations) {
      const path = sources.withName(file) ?? file;
      lines.push(`  ${displayName(definition)} (${path}:${line}:${startColumn + 1})`);
    }
  }
  if (lines.length === 0) return undefined;
  const title = (await isShared(gdb, exception.word))
    ? t("This exception was last raised in:")
    : t("First raised in:");
  return [title, ...lines.slice(0, maxSlots)].join("\n");
}

/** Whether all raises of an exception have the same block: it has no arguments, or the compiler has allocated it. */
export async function isShared(gdb: GdbClient, word: bigint): Promise<boolean> {
  const tag = await wordOf(gdb, `*(unsigned char*)${word - 8n}`);
  if (tag === BigInt(blockTags.object)) return true;
  return !(await gdb.console(`info symbol ${word}`).catch(() => "")).startsWith("No symbol");
}

/** The return addresses in the backtrace of the earlier raise, innermost first; undefined as for `earlierRaise`. */
export async function earlierSlots(
  { gdb, program }: EarlierRaiseParts,
  { word, state }: RaisedWord,
): Promise<readonly FrameDescriptor[] | undefined> {
  const offsets = await backtraceOffsets(gdb, program);
  if (!offsets) return undefined;
  const field = (offset: number) => `*(unsigned long*)($${state}+${offset})`;
  const [last, count, buffer] = await Promise.all([
    wordOf(gdb, field(offsets.exception)),
    wordOf(gdb, field(offsets.count)),
    wordOf(gdb, field(offsets.buffer)),
  ]);
  if (last !== word || buffer === undefined || count === undefined || count > 1024n) return undefined;
  // Code of OCaml 4 sets the length to 0 before it calls the function that raises. The slots are still there.
  const slots = Math.min(count === 0n ? 1 : Number(count), maxSlots);
  const addresses = await Promise.all(
    // A slot is the address of a frame descriptor, which begins with the return address.
    Array.from({ length: slots }, (_, index) =>
      wordOf(gdb, `**(unsigned long**)(${buffer + 8n * BigInt(index)})`),
    ),
  );
  return addresses.flatMap((address) => (address === undefined ? [] : (program.frameAt(address) ?? [])));
}

/** The offsets of the noted exception, the length of its backtrace and its buffer in the state of the runtime. */
async function backtraceOffsets(
  gdb: GdbClient,
  program: Program,
): Promise<{ readonly exception: number; readonly count: number; readonly buffer: number } | undefined> {
  const start = program.symbol("caml_stash_backtrace");
  if (start === undefined) return undefined;
  const code = await gdb.send(`-data-disassemble -s ${start} -e ${start + 160n} -- 0`).catch(() => undefined);
  const texts = miTuples(code, "asm_insns").map((each) => miString(each, "inst") ?? "");
  const offset = (pattern: RegExp) => {
    const found = texts.map((text) => pattern.exec(text)?.[1]).find((each) => each !== undefined);
    return found === undefined ? undefined : Number.parseInt(found, 16);
  };
  const exception = offset(/^cmp\s+%rdi,0x([\da-f]+)\(/);
  const count = offset(/^movq\s+\$0x0,0x([\da-f]+)\(/);
  const buffer = offset(/^cmpq\s+\$0x0,0x([\da-f]+)\(/);
  if (exception === undefined || count === undefined || buffer === undefined) return undefined;
  return { exception, count, buffer };
}
