import type { ValueContext } from "../declarations.ts";
import { exceptionParts } from "../heap/exceptionName.ts";
import {
  blockAt,
  doubleAt,
  fieldOf,
  immediate,
  isImmediate,
  readStringBytes,
  blockTags,
  type Block,
} from "../heap/blocks.ts";
import { renderValue } from "./renderValue.ts";
import { escapeBytes } from "../heap/literals.ts";
import { Unreadable, computeFromSnapshot, type HeapSnapshot } from "../heap/snapshot.ts";

/** An exception that was raised. */
export interface ExceptionText {
  /** With its modules, as OCaml stores it: `Not_found`, `Unikernel.Refused`. */
  readonly name: string;
  /** As `Printexc.to_string` prints the exception without registered printers: `Failure("no route")`. */
  readonly text: string;
}

/**
 * An exception as `Printexc` prints it, or with its declaration if that says more: names of fields, and arguments for
 * which `Printexc` prints `_`. Waits for the declaration. Never rejects.
 */
export async function detailedText(
  context: ValueContext,
  word: bigint,
  { text }: ExceptionText,
): Promise<string> {
  const value = await renderValue(context, word, "exn").catch(() => undefined);
  const [first] = (await value?.children(0, 1)) ?? [];
  const hasFields = first !== undefined && !/^\d+$/.test(first.name);
  return value && (hasFields || /[(,] ?_[,)]/.test(text)) ? value.text : text;
}

const maxString = 4096;

/** Names an exception value, such as the one in rax at `caml_raise_exn`. Undefined if it is not an exception. Never rejects. */
export async function exceptionText(context: ValueContext, word: bigint): Promise<ExceptionText | undefined> {
  try {
    return await computeFromSnapshot(context, (snapshot) => describe(snapshot, word));
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function describe(snapshot: HeapSnapshot, word: bigint): ExceptionText | undefined {
  const parts = exceptionParts(snapshot, word);
  if (!parts) return undefined;
  const { name, block } = parts;
  if (!block) return { name, text: predefined[name] ?? name };
  return { name, text: locatedText(snapshot, name, block) ?? `${name}${argumentsText(snapshot, block)}` };
}

/** What Printexc prints instead of the name. */
const predefined: Readonly<Record<string, string>> = {
  Out_of_memory: "Out of memory",
  Stack_overflow: "Stack overflow",
};

/** Exceptions whose argument is a place in the source, and how Printexc prints them. */
const located: Readonly<Record<string, readonly [width: number, text: string]>> = {
  Match_failure: [5, "Pattern matching failed"],
  Assert_failure: [6, "Assertion failed"],
  Undefined_recursive_module: [6, "Undefined recursive module"],
};

function locatedText(snapshot: HeapSnapshot, name: string, block: Block): string | undefined {
  const [width, text] = located[name] ?? [];
  if (width === undefined || text === undefined || block.size !== 2) return undefined;
  const place = blockAt(snapshot, fieldOf(snapshot, block, 1));
  if (place.size !== 3) return undefined;
  const [line, column] = [fieldOf(snapshot, place, 1), fieldOf(snapshot, place, 2)];
  if (!isImmediate(line) || !isImmediate(column)) return undefined;
  const file = rawString(snapshot, blockAt(snapshot, fieldOf(snapshot, place, 0)));
  const from = immediate(column);
  return `File "${file}", line ${immediate(line)}, characters ${from}-${from + BigInt(width)}: ${text}`;
}

const rawString = (snapshot: HeapSnapshot, block: Block): string =>
  Buffer.from(readStringBytes(snapshot, block, maxString)).toString("utf8");

function argumentsText(snapshot: HeapSnapshot, block: Block): string {
  const texts: string[] = [];
  for (let index = 1; index < Math.min(block.size, 100); index++) {
    texts.push(argumentText(snapshot, fieldOf(snapshot, block, index)));
  }
  return texts.length === 0 ? "" : `(${texts.join(", ")})`;
}

/** An argument as Printexc prints it: integers, strings and floats, and `_` for all others. */
function argumentText(snapshot: HeapSnapshot, word: bigint): string {
  if (isImmediate(word)) return String(immediate(word));
  const block = blockAt(snapshot, word);
  if (block.tag === blockTags.string) return `"${escapeBytes(readStringBytes(snapshot, block, maxString))}"`;
  if (block.tag === blockTags.double) return printedFloat(doubleAt(snapshot, block.address));
  return "_";
}

/** Like `string_of_float`: twelve digits. */
function printedFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(12)))));
  const text =
    exponent < -4 || exponent >= 12
      ? value
          .toExponential(11)
          .replace(/\.?0+e/, "e")
          .replace(/e([+-])(\d)$/, "e$10$2")
      : String(Number(value.toPrecision(12)));
  const signed = Object.is(value, -0) ? "-0" : text;
  return /^-?\d+$/.test(signed) ? `${signed}.` : signed;
}
