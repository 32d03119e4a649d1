import { sourceRanges, type SourceRange } from "../../ocaml/sourceRange.ts";
import { readConfigSource } from "./parseConfig.ts";
import { parseVersionHeader, type Bound } from "../version.ts";

/** A call of Mirage's `register`, as discovery and diagnostics need it. */
export interface Registration {
  /** Undefined where config.ml computes it. */
  readonly name: string | undefined;
  /** From `register` to the end of the name. */
  readonly range: SourceRange;
}

export interface ConfigFile {
  /** Whether it opens, includes or names the module `Mirage`. */
  readonly usesMirage: boolean;
  readonly registers: readonly Registration[];
  /** The version constraint in the first line: {@link parseVersionHeader}. */
  readonly header: VersionHeaderInText | undefined;
  /** It uses Mirage and registers a unikernel. */
  readonly isUnikernel: boolean;
}

export type VersionHeaderInText = { readonly text: string; readonly range: SourceRange } & (
  | { readonly constraint: readonly Bound[] }
  | { readonly error: string }
);

/**
 * Reads what discovery needs from the text of a config.ml, without compiling it. Never fails, whatever the
 * text; the time is linear in its length.
 */
export function readConfigFile(text: string): ConfigFile {
  const header = readHeader(text);
  // Most files that happen to be named config.ml end here.
  if (!text.includes("Mirage")) return { usesMirage: false, registers: [], header, isUnikernel: false };
  const { mirage, registers } = readConfigSource(text);
  const rangeOf = sourceRanges(text);
  const ofMirage = registers.filter(({ isMirage }) => isMirage);
  return {
    usesMirage: mirage.isUsed,
    registers: ofMirage.map(({ name, nameArgument, word }) => ({
      name: name?.value,
      // The name may be written before the call: `let reg = register "x"`.
      range: rangeOf(word.start, Math.max(nameArgument?.end ?? 0, word.end)),
    })),
    header,
    isUnikernel: mirage.isUsed && ofMirage.length > 0,
  };
}

function readHeader(text: string): VersionHeaderInText | undefined {
  const lineEnd = text.indexOf("\n");
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const header = parseVersionHeader(line);
  if (!header) return undefined;
  const start = line.indexOf("(*");
  const close = line.indexOf("*)", start);
  const end = close < 0 ? line.trimEnd().length : close + 2;
  const range = { startLine: 0, startColumn: start, endLine: 0, endColumn: end };
  const place = { text: line.slice(start, end), range };
  return header.kind === "constraint"
    ? { ...place, constraint: header.bounds }
    : { ...place, error: header.message };
}
