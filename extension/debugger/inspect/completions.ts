import { miQuoted, type GdbClient } from "../gdb/gdbClient.ts";
import { miStrings } from "../gdb/miRecords.ts";
import type { FrameValues } from "./frameValues.ts";
import type { SourceFrame } from "./stack.ts";

/** Names that can replace the last `length` characters of the text. */
export interface Completions {
  readonly names: readonly string[];
  readonly length: number;
}

/** What names an expression ends with: a path such as `request.headers.`, which may be empty, and a name after it. */
const pathAtEnd = /((?:[\w'.]|\(\w+\))*\.)?([\w']*)$/;

/** The variables of a frame that begin like the text; after a path, the fields of its value. */
export async function completionsOf(
  values: FrameValues,
  frame: SourceFrame | undefined,
  text: string,
): Promise<Completions> {
  const [, path, typed = ""] = pathAtEnd.exec(text) ?? [];
  if (!frame) return { names: [], length: typed.length };
  const all =
    path === undefined
      ? (await values.variables(frame)).map(({ name }) => name)
      : await fieldsOf(values, frame, path.slice(0, -1));
  const names = [...new Set(all)].filter((name) => name.startsWith(typed));
  return { names, length: typed.length };
}

async function fieldsOf(values: FrameValues, frame: SourceFrame, path: string): Promise<readonly string[]> {
  const value = await values.evaluate(path, frame);
  if (value.kind === "failed") return [];
  const { childCount, children } = value.rendered;
  if (childCount > maxFields) return [];
  const accessors = (await children(0, childCount)).map(({ accessor }) => accessor ?? "");
  return accessors.flatMap((accessor) => (/^\.[a-z_]/.test(accessor) ? [accessor.slice(1)] : []));
}

/** Records have fewer fields; longer values are arrays, lists and the like. */
const maxFields = 1000;

/** What gdb suggests for a command after `-exec`. */
export async function gdbCompletions(gdb: GdbClient, text: string): Promise<Completions> {
  const command = text.replace(/^\s*-exec\s+/, "");
  // Without any letter, gdb lists all of its commands.
  if (command === "") return { names: [], length: 0 };
  const result = await gdb.send(`-complete ${miQuoted(command)}`).catch(() => undefined);
  return { names: miStrings(result, "matches"), length: command.length };
}
