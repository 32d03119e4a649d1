import { readBrackets, type BracketedTokens, type Span } from "../../ocaml/brackets.ts";
import type { SourceModule } from "../../ocaml/functors.ts";
import type { TextEdit } from "../editedText.ts";
import { lineBreak, withBlanksBefore } from "../project.ts";
import { functorsOf, mirageTypesOpen, removedDevice, type RemovedDevice } from "./removedDevices.ts";

/** What replaces the functions of a removed device. */
const replacements: Readonly<Record<Exclude<RemovedDevice, "console">, Readonly<Record<string, string>>>> = {
  time: { sleep_ns: "Mirage_sleep.ns" },
  pclock: {
    now_d_ps: "Mirage_ptime.now_d_ps",
    current_tz_offset_s: "Mirage_ptime.current_tz_offset_s",
    period_d_ps: "Mirage_ptime.period_d_ps",
  },
  mclock: { elapsed_ns: "Mirage_mtime.elapsed_ns", period_ns: "Mirage_mtime.period_ns" },
  random: { generate: "Mirage_crypto_rng.generate" },
};

/**
 * The edits that remove console, time, clocks and random from the functors of an OCaml file: their
 * parameters, the parameters of `start`, their use as functor arguments, and their functions, which are now
 * functions of modules such as `Mirage_sleep`.
 */
export function withoutRemovedDevices(text: string): TextEdit[] {
  const brackets = readBrackets(text);
  const opensTypes = mirageTypesOpen(brackets) !== undefined;
  return functorsOf(text).flatMap((functor) => functorEdits(brackets, functor, opensTypes));
}

function functorEdits(brackets: BracketedTokens, functor: SourceModule, opensTypes: boolean): TextEdit[] {
  const { text, tokens } = brackets;
  const devices = (functor.parameters ?? []).flatMap((parameter, place) => {
    const device = removedDevice(parameter, opensTypes);
    return device && parameter.name !== undefined
      ? [{ place, device, name: parameter.name, span: parameter.span }]
      : [];
  });
  if (devices.length === 0) return [];
  const { start } = functor;
  const isEmptied = functor.keyword && devices.length === functor.parameters?.length;
  const isCalled = start !== undefined && start.parameters.length >= (functor.parameters?.length ?? 0);
  const edits: TextEdit[] = isEmptied
    ? [{ span: keywordSpan(brackets, functor), text: "" }]
    : devices.map(({ span }) => ({ span: parameterSpan(text, span), text: "" }));
  const from = tokens.findIndex((token) => token.start >= functor.insertAt);
  const open = tokens.findIndex((token, at) => at >= from && token.text === "struct");
  if (open < 0) return [];
  const body: [number, number] = [open + 1, brackets.end(open)];
  const values = new Set<string>();
  for (const { place, device, name } of devices) {
    const parameter = isCalled ? start.parameters[place] : undefined;
    if (parameter) {
      edits.push({ span: withBlanksBefore(text, parameter.span), text: "" });
      if (/^[a-z][\w']*$/.test(parameter.text)) values.add(parameter.text);
    }
    edits.push(...useEdits(brackets, body, name, device));
  }
  if (isCalled) edits.push(...startEdits(brackets, body, functor, devices.length, values, edits));
  return edits;
}

/** `functor (A : S) ->` with the white space after it. */
function keywordSpan({ tokens, is }: BracketedTokens, { insertAt, nameSpan }: SourceModule): Span {
  const at = tokens.findIndex(({ start }, i) => start > nameSpan.start && is(i, "functor"));
  return { start: tokens[at]?.start ?? insertAt, end: insertAt };
}

/** A parameter with the white space before it, or after it where nothing else would separate its neighbours. */
function parameterSpan(text: string, span: Span): Span {
  return text[span.end] === "(" ? span : withBlanksBefore(text, span);
}

/** Adds the unit that a `start` without devices takes, and bindings of removed values that are still used. */
function startEdits(
  { text, tokens, is }: BracketedTokens,
  [first, last]: readonly [number, number],
  { start, parameters = [] }: SourceModule,
  removed: number,
  values: ReadonlySet<string>,
  edits: readonly TextEdit[],
): TextEdit[] {
  if (!start) return [];
  const added: TextEdit[] = [];
  if (removed === parameters.length && start.parameters.length === removed && start.further === 0)
    added.push({ span: { start: start.insertAt, end: start.insertAt }, text: " ()" });
  const isEdited = (span: Span): boolean =>
    edits.some((edit) => edit.span.start <= span.start && span.end <= edit.span.end);
  const equals = tokens.findIndex((token, at) => token.start >= start.insertAt && is(at, "="));
  const used = [...values].filter((value) =>
    tokens.some(
      (token, at) =>
        at > equals &&
        at >= first &&
        at < last &&
        token.text === value &&
        token.kind === "name" &&
        !is(at - 1, ".") &&
        !is(at - 1, "~") &&
        !isEdited(token),
    ),
  );
  const end = tokens[equals]?.end;
  const indent = /[^\n]*$/.exec(text.slice(0, start.nameSpan.start))?.[0].match(/^\s*/)?.[0] ?? "";
  const bindings = used.map((value) => `${lineBreak(text)}${indent}  let ${value} = () in`).join("");
  if (end !== undefined && bindings !== "") added.push({ span: { start: end, end }, text: bindings });
  return added;
}

/** The edits of the uses of a functor parameter between two tokens. */
function useEdits(
  brackets: BracketedTokens,
  [first, last]: readonly [number, number],
  name: string,
  device: RemovedDevice,
): TextEdit[] {
  const { text, tokens, is } = brackets;
  const edits: TextEdit[] = [];
  for (let at = first; at < last; at++) {
    if (!is(at, name) || is(at - 1, ".")) continue;
    const [token, member] = [tokens[at], tokens[at + 2]];
    if (!token) continue;
    if (is(at - 1, "(") && is(at + 1, ")")) {
      const span = { start: tokens[at - 1]?.start ?? 0, end: tokens[at + 1]?.end ?? 0 };
      const isOnly = !is(at - 2, ")") && !is(at + 2, "(");
      const becomesPlain = isOnly && is(at - 2, "Make") && plainModules.has(tokens[at - 4]?.text ?? "");
      const from = becomesPlain ? (tokens[at - 3]?.start ?? span.start) : withBlanksBefore(text, span).start;
      edits.push({ span: { start: from, end: span.end }, text: "" });
    } else if (is(at + 1, ".") && member) {
      const span = { start: token.start, end: member.end };
      const edit =
        device === "console"
          ? logEdit(brackets, at, span)
          : replacedUse(brackets, at, span, device, replacements[device][member.text]);
      if (edit) edits.push(...edit);
    }
  }
  return edits;
}

function replacedUse(
  { tokens, is, after }: BracketedTokens,
  at: number,
  span: Span,
  device: Exclude<RemovedDevice, "console">,
  text: string | undefined,
): TextEdit[] | undefined {
  if (text === undefined) return undefined;
  const argument = tokens[at + 3];
  // Clocks of mirage 3 were values; the functions take a unit since mirage-clock 3.
  const isClock = device === "pclock" || device === "mclock";
  const isUnit = is(at + 3, "(") && after(at + 3) === at + 5;
  if (
    !isClock ||
    isUnit ||
    argument?.kind !== "name" ||
    !/^[a-z_]/.test(argument.text) ||
    keywords.has(argument.text)
  )
    return [{ span, text }];
  return [{ span: { start: span.start, end: argument.end }, text: `${text} ()` }];
}

/** Functors over a clock that are plain modules now. */
const plainModules: ReadonlySet<string> = new Set(["Ca_certs_nss"]);

const keywords: ReadonlySet<string> = new Set([
  "in",
  "then",
  "else",
  "with",
  "and",
  "let",
  "do",
  "done",
  "end",
  "of",
  "to",
  "mod",
  "land",
  "lor",
  "lxor",
]);

/** `C.log console message` of mirage 3 is a log message of `Logs`. */
function logEdit(
  { text, tokens, is, after }: BracketedTokens,
  at: number,
  span: Span,
): TextEdit[] | undefined {
  if (!is(at + 2, "log")) return undefined;
  const simple = (from: number): number | undefined => {
    const token = tokens[from];
    if (!token || keywords.has(token.text)) return undefined;
    if (token.kind === "string" || is(from, "(")) return after(from);
    if (token.kind !== "name") return undefined;
    let to = from + 1;
    while (is(to, ".") && tokens[to + 1]?.kind === "name") to += 2;
    return to;
  };
  const behindConsole = simple(at + 3);
  const behindMessage = behindConsole === undefined ? undefined : simple(behindConsole);
  const end = tokens[(behindMessage ?? behindConsole ?? at + 3) - 1]?.end;
  if (behindConsole === undefined || end === undefined) return undefined;
  if (behindMessage === undefined)
    return [{ span: { ...span, end }, text: '(fun s -> Logs.info (fun f -> f "%s" s); Lwt.return_unit)' }];
  const from = tokens[behindConsole]?.start ?? end;
  const isLiteral = tokens[behindConsole]?.kind === "string" && behindMessage === behindConsole + 1;
  if (isLiteral && !text.slice(from, end).includes("%"))
    return [
      { span: { start: span.start, end: from }, text: "(Logs.info (fun f -> f " },
      { span: { start: end, end }, text: "); Lwt.return_unit)" },
    ];
  return [
    { span: { start: span.start, end: from }, text: '(Logs.info (fun f -> f "%s" ' },
    { span: { start: end, end }, text: "); Lwt.return_unit)" },
  ];
}
