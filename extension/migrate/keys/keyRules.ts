import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import type { ConfigSource } from "../../mirage/config/dslCalls.ts";
import { spanContains, itemWords, readBrackets, type Span } from "../../ocaml/brackets.ts";
import type { TextEdit } from "../editedText.ts";
import { keyDefinitions, type KeyDefinition } from "./keyDefinition.ts";
import { updateEnvironment, updateRemainingKeys } from "./remainingKeys.ts";
import {
  deviceArgumentPlaces,
  keyPlaces,
  removeEmptyLabels,
  removeFromLists,
  definitionSpan,
} from "./keyUses.ts";
import {
  lineBreak,
  moduleNamed,
  usesOf,
  type MigratedProject,
  type Rule,
  type MigratedModule,
} from "../project.ts";

/**
 * Since mirage 4.5, keys are for configure time only. A key that the code reads with `Key_gen` becomes a boot
 * argument that the code registers itself (`Mirage_runtime.register_arg`, mirage 4.8), with its
 * documentation and default.
 */
export const keysToBootArguments: Rule = {
  since: "4.8.0",
  apply: (project) => {
    updateEnvironment(project.config);
    for (let done = new Set<string>(); ;) {
      const key = keyDefinitions(project.config.text).find(({ name }) => !done.has(name));
      if (!key) break;
      done.add(key.name);
      migrateKey(project, key);
    }
    updateRemainingKeys(project.config);
    removeEmptyLabels(project);
  },
};

function migrateKey(project: MigratedProject, key: KeyDefinition): void {
  const { config } = project;
  const source = readConfigSource(config.text);
  if (usesOwnNames(source, key)) return;
  const uses = usesOf(config.text, key.name).filter(({ start }) => start > key.span.end);
  const places = keyPlaces(config.text, source);
  const others = uses.filter((use) => !places.some((place) => spanContains(place, use)));
  for (const { edited } of project.modules) edited.apply(qualifiedAccesses(edited.text, key.accessor));
  const readers = project.modules.filter(({ edited }) => accessesOf(edited.text, key.accessor).length > 0);
  const devices = deviceArgumentPlaces(config.text);
  const isDevice =
    others.length > 0 && others.every((use) => devices.some((place) => spanContains(place, use)));
  if (!key.term || (others.length > 0 && (!isDevice || readers.length > 0))) return;
  const target =
    readers.length > 1 ? lowestReader(project, readers) : (readers[0] ?? mainModule(project, source));
  if (!target) return;
  const name = bootArgumentName(target.edited.text, key.accessor);
  defineBootArgument(target, name, key.term, isDevice);
  target.edited.apply(
    accessesOf(target.edited.text, key.accessor).map((span): TextEdit => ({ span, text: name })),
  );
  for (const { edited } of readers.filter((each) => each !== target))
    edited.apply(
      accessesOf(edited.text, key.accessor).map((span): TextEdit => ({
        span,
        text: `${target.name}.${name}`,
      })),
    );
  if (isDevice)
    config.apply([
      { span: key.span, text: `let ${key.name} = Runtime_arg.create ~pos:__POS__ "${target.name}.${name}"` },
    ]);
  else config.apply([{ span: definitionSpan(config.text, key.span), text: "" }]);
  removeFromLists(project, key.name);
}

/**
 * Of several modules that read a key, the one that can define it for the others: it uses none of them, has no
 * interface that would hide the definition, and the others do not bind its name.
 */
function lowestReader(
  project: MigratedProject,
  readers: readonly MigratedModule[],
): MigratedModule | undefined {
  return readers.find((reader) => {
    if (reader.hasInterface) return false;
    const used = new Set([reader]);
    for (const each of used)
      for (const module of project.modules) if (mentions(each.edited.text, module.name)) used.add(module);
    return readers.every(
      (other) => other === reader || (!used.has(other) && !bindsModule(other.edited.text, reader.name)),
    );
  });
}

const mentions = (text: string, module: string): boolean =>
  readBrackets(text).tokens.some((token) => token.kind === "name" && token.text === module);

/** Whether a file binds a module of this name itself: `module Name = …`, or a functor parameter. */
function bindsModule(text: string, name: string): boolean {
  const { tokens, is } = readBrackets(text);
  return tokens.some(
    (_, at) => is(at, name) && (is(at - 1, "module") || (is(at - 1, "(") && is(at + 1, ":"))),
  );
}

/** Whether the definition uses other names of config.ml, which the code of the unikernel does not have. */
function usesOwnNames(source: ConfigSource, key: KeyDefinition): boolean {
  return source.words.some(({ name, span }) => {
    const bound = source.bound.get(name);
    return spanContains(key.span, span) && name !== key.name && bound !== undefined && bound < key.span.start;
  });
}

/** Where a file calls `Key_gen.NAME`: the spans of these two words with their dot. */
function accessesOf(text: string, accessor: string): Span[] {
  const { tokens, is } = readBrackets(text);
  return tokens.flatMap(({ start }, at) =>
    is(at, "Key_gen") && is(at + 1, ".") && is(at + 2, accessor)
      ? [{ start, end: tokens[at + 2]?.end ?? start }]
      : [],
  );
}

/** Writes `Key_gen.(port ())` as `(Key_gen.port ())`. */
function qualifiedAccesses(text: string, accessor: string): TextEdit[] {
  const { tokens, is, after } = readBrackets(text);
  return tokens.flatMap(({ start }, at): TextEdit[] => {
    const [open, read] = [tokens[at + 2], tokens[at + 3]];
    const isAlone =
      is(at + 1, ".") && is(at + 2, "(") && is(at + 3, accessor) && is(at + 4, "(") && is(at + 6, ")");
    if (!is(at, "Key_gen") || !isAlone || !open || !read || after(at + 2) !== at + 7) return [];
    return [
      { span: { start, end: open.start }, text: "" },
      { span: { start: read.start, end: read.start }, text: "Key_gen." },
    ];
  });
}

function mainModule(project: MigratedProject, source: ConfigSource): MigratedModule | undefined {
  const names = source.mains.flatMap(({ module }) => module.value.split(".")[0] ?? []);
  return names.map((name) => moduleNamed(project, name)).find((each) => each !== undefined);
}

/** The name itself, unless the file binds it elsewhere, which could hide the boot argument where it is read. */
function bootArgumentName(text: string, accessor: string): string {
  const { tokens, is } = readBrackets(text);
  const isReserved = reserved.has(accessor);
  const reads = accessesOf(text, accessor).length;
  // `let port = Key_gen.port () in` binds the name for what follows, where it is not read again.
  const rebinds = tokens.filter(
    (_, at) =>
      is(at, "let") &&
      is(at + 1, accessor) &&
      is(at + 2, "=") &&
      is(at + 3, "Key_gen") &&
      is(at + 5, accessor),
  ).length;
  const occurrences = tokens.filter(
    (token, at) => token.kind === "name" && token.text === accessor && !is(at - 1, ".") && !is(at - 1, "~"),
  ).length;
  const isFree = occurrences === 0 || (rebinds === reads && reads <= 1);
  return isFree && !isReserved ? accessor : `${accessor}_arg`;
}

const reserved: ReadonlySet<string> = new Set([
  "type",
  "val",
  "module",
  "open",
  "end",
  "method",
  "object",
  "class",
  "to",
  "of",
  "start",
  "external",
]);

/** Writes the definition after the first `open`s of the file. */
function defineBootArgument(
  { edited }: MigratedModule,
  name: string,
  term: NonNullable<KeyDefinition["term"]>,
  isPlainTerm: boolean,
): void {
  const { text } = edited;
  const { tokens, is } = readBrackets(text);
  let at = 0;
  let end = 0;
  while (is(at, "open") || isDefinition(text, tokens[at]?.start)) {
    at++;
    while (at < tokens.length && !startsItem(text, tokens[at]?.start ?? 0, tokens[at]?.text ?? "")) at++;
    end = tokens[at - 1]?.end ?? 0;
  }
  const eol = lineBreak(text);
  const value = isPlainTerm ? term.text : `Mirage_runtime.register_arg ${term.text}`;
  const body = term.before === "" ? value : `${term.before}${value}`;
  const definition = `let ${name} =${eol}  ${body}`;
  const next = tokens[at]?.start;
  if (end > 0) edited.apply([{ span: { start: end, end }, text: `${eol}${eol}${definition}` }]);
  else if (next === undefined)
    edited.apply([{ span: { start: text.length, end: text.length }, text: definition + eol }]);
  else
    edited.apply([
      {
        span: { start: commentStart(text, next), end: commentStart(text, next) },
        text: `${definition}${eol}${eol}`,
      },
    ]);
}

/** A boot argument that this rule has written before: the next one follows it. */
function isDefinition(text: string, start: number | undefined): boolean {
  if (start === undefined || !text.startsWith("let ", start)) return false;
  const item = text.slice(start).split(/\r?\n\s*\r?\n/, 1)[0] ?? "";
  return /Mirage_runtime\.register_arg\s+Cmdliner\.Arg\.\([^]*\)\s*$/.test(item);
}

/** Whether a word begins an item of the file: it stands at the beginning of a line. */
function startsItem(text: string, start: number, word: string): boolean {
  return itemWords.has(word) && (start === 0 || text[start - 1] === "\n");
}

/** Begin of the comment that ends just before an item, which documents it; else the item. */
function commentStart(text: string, start: number): number {
  const comment = /\(\*(?:(?!\(\*|\*\))[^])*\*\)\r?\n$/.exec(text.slice(0, start));
  return comment && comment.index > 0 ? comment.index : start;
}
