import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import type { ConfigSource } from "../../mirage/config/dslCalls.ts";
import { spanContains, readBrackets, type Span } from "../../ocaml/brackets.ts";
import { readCalls } from "../configCalls.ts";
import type { TextEdit } from "../editedText.ts";
import { keyDefinitions } from "./keyDefinition.ts";
import { usesOf, withBlanksBefore, type MigratedProject } from "../project.ts";

/** Where config.ml names keys only to register them: values of `~keys`, and the lists that these name. */
export function keyPlaces(text: string, source: ConfigSource): Span[] {
  const places: Span[] = [];
  for (const { labels } of [...source.mains, ...source.registers]) {
    const keys = labels.get("keys");
    if (!keys) continue;
    places.push(keys.span);
    const name = keys.value ? text.slice(keys.value.start, keys.value.end) : "keys";
    const binding = bindingOf(text, name, keys.span.start);
    if (binding) places.push(binding);
  }
  return places;
}

/** The arguments of devices that are boot arguments since mirage 4.5, and were keys before. */
export function deviceArgumentPlaces(text: string): Span[] {
  return readCalls(text).calls.flatMap(({ name, call, positional }) => {
    if (name === "ccm_block") return positional[0] ? [positional[0].span] : [];
    const label = { chamelon: "program_block_size", paf_server: "port", docteur: "analyze" }[name];
    return call.arguments
      .filter((each) => label !== undefined && each.label === label)
      .map(({ span }) => span);
  });
}

/**
 * The last `let NAME = …` or `and NAME = …` before an offset: up to the next item, or up to the `in` of a `let`. A key
 * can have the name of the list that registers it.
 */
function bindingOf(text: string, name: string, before: number): Span | undefined {
  const { tokens, is, after } = readBrackets(text);
  const at = tokens.findLastIndex(
    ({ start }, i) => start < before && (is(i, "let") || is(i, "and")) && is(i + 1, name) && is(i + 2, "="),
  );
  if (at < 0) return undefined;
  let to = at + 3;
  const ends = (i: number): boolean =>
    is(i, "in") || is(i, "let") || is(i, "and") || (is(i, ";") && is(i + 1, ";"));
  while (to < tokens.length && !ends(to)) to = after(to);
  const isLocal = is(at, "let") && is(to, "in");
  return { start: tokens[at]?.start ?? 0, end: tokens[isLocal ? to : to - 1]?.end ?? 0 };
}

/** Removes keys that only `~keys` still names, with their definitions. */
export function removeKeys(project: MigratedProject, names: readonly string[]): void {
  const { config } = project;
  for (const name of new Set(names)) {
    const key = keyDefinitions(config.text).find((each) => each.name === name);
    const places = keyPlaces(config.text, readConfigSource(config.text));
    const isRead = project.modules.some(
      ({ edited }) => key && edited.text.includes(`Key_gen.${key.accessor}`),
    );
    if (
      !key ||
      isRead ||
      !usesOf(config.text, name).every((use) => places.some((place) => spanContains(place, use)))
    )
      continue;
    config.apply([{ span: definitionSpan(config.text, key.span), text: "" }]);
    removeFromLists(project, name);
  }
  removeEmptyLabels(project);
}

/**
 * Removes definitions of boot arguments that nothing uses any more: OCaml refuses such a value, because its
 * type stays unknown.
 */
export function removeBootArguments({ config }: MigratedProject, names: readonly string[]): void {
  for (const name of new Set(names)) {
    const { text } = config;
    const binding = readCalls(text).bindings.find(
      (each) =>
        each.name === name &&
        each.value.kind === "call" &&
        each.value.function.kind === "name" &&
        each.value.function.name === "Runtime_arg.create",
    );
    if (binding && usesOf(text, name).length === 0)
      config.apply([{ span: definitionSpan(text, binding.span), text: "" }]);
  }
}

/** Removes a key from the lists that register it. */
export function removeFromLists({ config }: MigratedProject, name: string): void {
  for (;;) {
    const places = keyPlaces(config.text, readConfigSource(config.text));
    const use = usesOf(config.text, name).find(
      (each) =>
        !/[~?]/.test(config.text[each.start - 1] ?? "") && places.some((place) => spanContains(place, each)),
    );
    const edit = use && elementEdit(config.text, use);
    if (!edit || !config.apply([edit])) return;
  }
}

/** The edit that removes the element of a list around a word, with its separator. */
export function elementEdit(text: string, word: Span): TextEdit | undefined {
  const { tokens, is, closing } = readBrackets(text);
  const at = tokens.findIndex(({ start }) => start === word.start);
  const open = tokens.findLastIndex((_, i) => i < at && is(i, "[") && (closing(i) ?? 0) > at);
  const close = open < 0 ? undefined : closing(open);
  if (close === undefined) return undefined;
  let first = at;
  while (first > open + 1 && !is(first - 1, ";")) first--;
  let last = at;
  while (last < close - 1 && !is(last + 1, ";")) last++;
  const [from, to] = is(last + 1, ";")
    ? [tokens[first]?.start, tokens[last + 2]?.start]
    : is(first - 1, ";")
      ? [tokens[first - 2]?.end, tokens[last]?.end]
      : [tokens[first]?.start, tokens[last]?.end];
  return from === undefined || to === undefined ? undefined : { span: { start: from, end: to }, text: "" };
}

/** Removes `~keys` of `main` where no key is left in it. */
export function removeEmptyLabels({ config }: MigratedProject): void {
  for (;;) {
    const { text } = config;
    const source = readConfigSource(text);
    const nameOf = ({ value }: { readonly value: Span | undefined }): string =>
      value ? text.slice(value.start, value.end) : "keys";
    const isName = (value: string): boolean => /^[a-z]\w*$/.test(value);
    const emptied = source.mains.find(({ labels, isMirage }) => {
      const keys = labels.get("keys");
      if (!keys || !isMirage) return false;
      const name = nameOf(keys);
      const place = isName(name) ? bindingOf(text, name, keys.span.start) : (keys.value ?? keys.span);
      return place !== undefined && /\[\s*\]/.test(text.slice(place.start, place.end));
    });
    const label = emptied?.labels.get("keys");
    if (!label) return;
    const binding = isName(nameOf(label)) ? bindingOf(text, nameOf(label), label.span.start) : undefined;
    const edits: TextEdit[] = [{ span: withBlanksBefore(text, label.span), text: "" }];
    if (binding) edits.push({ span: definitionSpan(text, binding), text: "" });
    if (!config.apply(edits)) return;
  }
}

/**
 * The span to remove with a binding: its `in` and the white space after it, or the empty lines after an item. Of bindings
 * that `and` joins, the others stay.
 */
export function definitionSpan(text: string, { start, end }: Span): Span {
  if (text.startsWith("and", start)) return withBlanksBefore(text, { start, end });
  const next = /\s*and\b/y;
  next.lastIndex = end;
  if (next.test(text)) return { start: start + "let".length, end: next.lastIndex };
  const local = /\s*in\s+/y;
  local.lastIndex = text.slice(start, end).endsWith(" in") ? end - 3 : end;
  const found = local.exec(text);
  if (found) return { start, end: local.lastIndex };
  const gap = /(?:\s*;;)?[ \t]*(?:\r?\n[ \t]*)*(?=\r?\n|$)(?:\r?\n)?/y;
  gap.lastIndex = end;
  return { start, end: end + (gap.exec(text)?.[0].length ?? 0) };
}
