import type { DeviceType } from "../../language-bridge/deviceTypes.ts";
import { empty, type Edit } from "../../language-bridge/mismatchFixes.ts";
import { readBrackets } from "../../language-bridge/tokens.ts";
import type { SourceModule } from "../../language-bridge/unikernelSource.ts";

/**
 * The changes that put `start`, and what follows it, into a functor `Main` over a device: a file that
 * is no functor gets its first device. Undefined where the text has no plain `let start () =`.
 */
export function intoFunctor(text: string, file: SourceModule, type: DeviceType): readonly Edit[] | undefined {
  const { start } = file;
  const taken = file.modules.some(({ name }) => name === "Main");
  const [first] = start?.parameters ?? [];
  if (!start || taken || start.parameters.length !== 1 || first?.text !== "()") return undefined;
  const word = /(?:^|\n)(let\s+(?:rec\s+)?)$/.exec(text.slice(0, start.nameSpan.start));
  if (!word?.[1]) return undefined;
  const from = start.nameSpan.start - word[1].length;
  const kept = insideTexts(text);
  const indents: Edit[] = [];
  for (const { index } of text.slice(from).matchAll(/\n(?=[^\n\r])/g)) {
    const at = from + index + 1;
    if (!kept(at)) indents.push({ file: "source", span: empty(at), text: "  " });
  }
  return [
    {
      file: "source",
      span: empty(from),
      text: `module Main (${type.parameter} : ${type.signature}) = struct\n  `,
    },
    { file: "source", span: first.span, text: `_${type.parameter.toLowerCase()}` },
    ...indents,
    { file: "source", span: { start: text.trimEnd().length, end: text.length }, text: "\nend\n" },
  ];
}

/** Whether an offset is inside a text literal, whose lines mean what they say. */
function insideTexts(text: string): (offset: number) => boolean {
  const literals = readBrackets(text).tokens.filter(({ kind }) => kind === "string");
  return (offset) => literals.some(({ start, end }) => start < offset && offset < end);
}
