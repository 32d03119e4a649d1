import type { DebugProtocol } from "@vscode/debugprotocol";
import { basename, sep } from "node:path";
import { t } from "../../protocol/l10n.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import { miNumber, miTuples, type MiTuple } from "../gdb/miRecords.ts";
import { displayName, type Program } from "../program/program.ts";
import { frameOf, type StopFrame } from "../gdb/runControl.ts";
import type { ProgramSources } from "../program/sources.ts";

/** A frame as users see it: a frame of the machine, or a function that is inlined into one. */
export interface SourceFrame {
  readonly thread: number;
  /** The number of the machine's frame, from 0 for the innermost. */
  readonly level: number;
  readonly address: bigint;
  readonly symbol: string | undefined;
  /** As users see it: `Unikernel.Main.start`. */
  readonly name: string;
  /** The definition name, such as `Dune__exe__Unikernel.Main.start`. */
  readonly definition: string | undefined;
  /** The existing source file. */
  readonly path: string | undefined;
  readonly fileName: string | undefined;
  readonly line: number | undefined;
  /** Count from 1. */
  readonly column: number | undefined;
  readonly endColumn: number | undefined;
  readonly isUser: boolean;
  /** Whether the frame is one of inlined code, whose variables are not known. */
  readonly isInlined: boolean;
}

export interface StackParts {
  readonly gdb: GdbClient;
  readonly program: Program;
  readonly sources: ProgramSources;
}

/** Frames that are read at a stop, because VS Code shows them: of the first one first, and then of the others. */
export const shownFrames = 20;

/** Reads the machine's frames from `low` to `high` of a thread, each as its source frames, innermost first. */
export async function readFrames(
  parts: StackParts,
  thread: number,
  low: number,
  high: number,
): Promise<readonly SourceFrame[]> {
  const result = await parts.gdb.query(`-stack-list-frames --thread ${thread} ${low} ${high}`);
  // Several requests at a stop have the same answer.
  const known = framesOf.get(result);
  if (known) return known;
  const frames = miTuples(result, "stack").flatMap((values) => {
    const frame = frameOf(values);
    return frame ? sourceFrames(parts, thread, miNumber(values, "level") ?? 0, frame) : [];
  });
  framesOf.set(result, frames);
  return frames;
}
const framesOf = new WeakMap<MiTuple, readonly SourceFrame[]>();

/** The source frames of one frame of the machine, innermost first. */
function sourceFrames(
  { program, sources }: StackParts,
  thread: number,
  level: number,
  frame: StopFrame,
): readonly SourceFrame[] {
  const { address, symbol, fullName, line } = frame;
  const isOcaml = symbol?.startsWith("caml") === true;
  // The innermost frame is not at a return address, except by chance.
  const known = level > 0 && isOcaml ? program.frameAt(address)?.locations : undefined;
  const common = { thread, level, address, symbol };
  if (known && known.length > 0) {
    const folder = fullName?.slice(0, Math.max(0, fullName.lastIndexOf(sep)));
    return known.map((location, index) => {
      const path =
        fullName !== undefined && basename(fullName) === basename(location.file)
          ? sources.path(fullName)
          : (sources.withName(location.file) ?? sources.path(folder && `${folder}${sep}${location.file}`));
      return {
        ...common,
        name: displayName(location.definition),
        definition: location.definition,
        path,
        fileName: basename(location.file),
        line: location.line,
        column: location.startColumn + 1,
        endColumn: location.endColumn + 1,
        isUser: sources.isUser(path),
        isInlined: index < known.length - 1,
      };
    });
  }
  const of = program.functionAt(address);
  const definition = isOcaml && of ? program.definition(of) : undefined;
  const path = sources.path(fullName);
  return [
    {
      ...common,
      name: definition === undefined ? (symbol ?? t("unknown function")) : displayName(definition),
      definition,
      path,
      fileName: fullName === undefined ? undefined : basename(fullName),
      line,
      column: undefined,
      endColumn: undefined,
      isUser: sources.isUser(path),
      isInlined: false,
    },
  ];
}

/**
 * Which frames of a stack are subtle: with `justMyCode`, those that are not of the user. VS Code shows no frame and no line
 * if all are subtle. So without a frame of the user, as at a pause while the unikernel waits, those of OCaml's libraries
 * are not subtle, and without these none is.
 */
export function subtleFrames(
  frames: readonly SourceFrame[],
  justMyCode: boolean,
): (frame: SourceFrame) => boolean {
  if (!justMyCode) return () => false;
  const isOfOCaml = ({ fileName = "" }: SourceFrame) => fileName.endsWith(".ml");
  const isShown = [(frame: SourceFrame) => frame.isUser, isOfOCaml].find((test) => frames.some(test));
  return (frame) => isShown !== undefined && !isShown(frame);
}

/**
 * A frame as VS Code shows it. `builtCopy` is shown in the place of
 * a file that has changed since the build, because lines are those of the text that was compiled.
 */
export function dapFrame(
  frame: SourceFrame,
  id: number,
  isSubtle: boolean,
  builtCopy?: string,
): DebugProtocol.StackFrame {
  const source = dapSource(frame, isSubtle, builtCopy);
  const { line = 0, column = 1, endColumn = 0 } = frame;
  return {
    id,
    name: frame.name,
    line,
    column: line === 0 ? 0 : column,
    ...(endColumn > column && { endLine: line, endColumn }),
    ...(source && { source }),
    instructionPointerReference: `0x${frame.address.toString(16)}`,
    ...(isSubtle && { presentationHint: "subtle" as const }),
  };
}

function dapSource(
  { path, fileName }: SourceFrame,
  isSubtle: boolean,
  builtCopy: string | undefined,
): DebugProtocol.Source | undefined {
  const hint = isSubtle ? { presentationHint: "deemphasize" as const } : {};
  if (path !== undefined && builtCopy !== undefined)
    return { name: basename(path), path: builtCopy, origin: t("as built; the file has changed since") };
  if (path !== undefined) return { name: basename(path), path, ...hint };
  return fileName === undefined ? undefined : { name: fileName, presentationHint: "deemphasize" };
}
