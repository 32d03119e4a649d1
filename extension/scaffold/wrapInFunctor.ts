import type { DeviceType } from "../mirage/deviceTypes.ts";
import { insertionPoint, type Edit } from "../mirage/config/mismatchFixes.ts";
import { readBrackets } from "../ocaml/brackets.ts";
import type { SourceModule } from "../ocaml/functors.ts";

/**
 * Returns the edits that wrap `start`, and everything after it, in a functor `Main` over a device, so that a file
 * without a functor gets its first device. Undefined if the text has no plain `let start () =`.
 */
export function wrapInFunctor(
  text: string,
  file: SourceModule,
  type: DeviceType,
): readonly Edit[] | undefined {
  const { start } = file;
  const taken = file.modules.some(({ name }) => name === "Main");
  const [first] = start?.parameters ?? [];
  if (!start || taken || start.parameters.length !== 1 || first?.text !== "()") return undefined;
  const letMatch = /(?:^|\n)(let\s+(?:rec\s+)?)$/.exec(text.slice(0, start.nameSpan.start));
  if (!letMatch?.[1]) return undefined;
  const from = start.nameSpan.start - letMatch[1].length;
  const isInString = insideStrings(text);
  const indents: Edit[] = [];
  for (const { index } of text.slice(from).matchAll(/\n(?=[^\n\r])/g)) {
    const at = from + index + 1;
    if (!isInString(at)) indents.push({ file: "source", span: insertionPoint(at), text: "  " });
  }
  return [
    {
      file: "source",
      span: insertionPoint(from),
      text: `module Main (${type.parameter} : ${type.signature}) = struct\n  `,
    },
    { file: "source", span: first.span, text: `_${type.parameter.toLowerCase()}` },
    ...indents,
    { file: "source", span: { start: text.trimEnd().length, end: text.length }, text: "\nend\n" },
  ];
}

/** Whether an offset is inside of a string literal, whose lines must not be indented. */
function insideStrings(text: string): (offset: number) => boolean {
  const literals = readBrackets(text).tokens.filter(({ kind }) => kind === "string");
  return (offset) => literals.some(({ start, end }) => start < offset && offset < end);
}
