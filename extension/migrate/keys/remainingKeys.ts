import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { readBrackets, type BracketedTokens } from "../../ocaml/brackets.ts";
import type { EditedText, TextEdit } from "../editedText.ts";
import { argumentEnd, kinds, sameConverters } from "./keyDefinition.ts";

/**
 * Keys that stay in config.ml, also those whose name is not a literal: they have no `~stage`, and since
 * mirage 4.5 the converters are those of Cmdliner, which `Key.Arg` does not include.
 */
export function updateRemainingKeys(config: EditedText): void {
  config.apply(stageEdits(readBrackets(config.text)));
  config.apply(converterEdits(config.text));
}

/** `~env:"X"` of a key was a text; since mirage 4.5 it is the description that Cmdliner has. */
export function updateEnvironment(config: EditedText): void {
  const { text, tokens, is } = readBrackets(config.text);
  const isOfInfo = (at: number): boolean => {
    const word = tokens.slice(0, at).findLast((token) => /^(?:info|in|let|=)$/.test(token.text));
    return word?.text === "info";
  };
  config.apply(
    tokens.flatMap(({ start, end, kind }, at): TextEdit[] =>
      kind === "string" && is(at - 1, ":") && is(at - 2, "env") && is(at - 3, "~") && isOfInfo(at)
        ? [{ span: { start, end }, text: `(Cmdliner.Cmd.Env.info ${text.slice(start, end)})` }]
        : [],
    ),
  );
}

function stageEdits({ tokens, is }: BracketedTokens): TextEdit[] {
  return tokens.flatMap(({ start }, at): TextEdit[] => {
    const stage = tokens[at + 4];
    const isStage = is(at, "~") && is(at + 1, "stage") && is(at + 2, ":") && is(at + 3, "`");
    if (!isStage || !stage || !/^(?:Both|Run|Configure)$/.test(stage.text)) return [];
    const from = tokens[at - 1]?.end ?? start;
    return [{ span: { start: from, end: stage.end }, text: "" }];
  });
}

function converterEdits(text: string): TextEdit[] {
  const brackets = readBrackets(text);
  const { tokens, is, after } = brackets;
  const { bound } = readConfigSource(text);
  const isKnown = (name: string): boolean => sameConverters.has(name) && !bound.has(name);
  const edits = new Map<number, TextEdit>();
  for (const [from, to] of keyRanges(brackets))
    for (let at = from; at < to; at++) {
      if (!kinds.has(tokens[at]?.text ?? "") || is(at, "flag")) continue;
      const [first, second] = [tokens[at + 1], tokens[at + 3]];
      if (!first) continue;
      const words = is(at + 1, "(") ? tokens.slice(at + 2, after(at + 1) - 1) : [first];
      const isPlain =
        !is(at + 2, ".") && words.every((word) => isKnown(word.text) || /^[()]$/.test(word.text));
      const isQualified = is(at + 1, "Arg") && is(at + 2, ".") && isKnown(second?.text ?? "");
      const added = isPlain ? "Cmdliner.Arg." : isQualified ? "Cmdliner." : undefined;
      if (added) edits.set(first.start, { span: { start: first.start, end: first.start }, text: added });
    }
  return [...edits.values()];
}

/** The tokens of `Key.create …` and of `Key.Arg.(…)`: index of the first, and after the last. */
function keyRanges(brackets: BracketedTokens): (readonly [number, number])[] {
  const { tokens, is, after } = brackets;
  return tokens.flatMap((_, at) => {
    if (!is(at, "Key") || !is(at + 1, ".")) return [];
    if (is(at + 2, "(")) return is(at + 3, "create") ? [[at, after(at + 2)] as const] : [];
    if (is(at + 2, "create")) return [[at, argumentEnd(brackets, argumentEnd(brackets, at + 3))] as const];
    return is(at + 2, "Arg") && is(at + 3, ".")
      ? [[at, is(at + 4, "(") ? after(at + 4) : at + 5] as const]
      : [];
  });
}
