import { readConfigSource } from "../mirage/config/parseConfig.ts";
import type { ConfigSource, LabelledArgument, MainCall } from "../mirage/config/dslCalls.ts";
import type { Binding } from "../ocaml/ast.ts";
import { readBrackets, spanContains, type Span } from "../ocaml/brackets.ts";
import { parseBindings } from "../ocaml/parseExpression.ts";
import { readCalls } from "./configCalls.ts";
import { definitionSpan } from "./keys/keyUses.ts";
import { addPackages } from "./addPackages.ts";
import { removeDependencies } from "./removedDependencies.ts";
import type { TextEdit } from "./editedText.ts";
import {
  lineBreak,
  usesOf,
  withBlanksAfter,
  withBlanksBefore,
  type MigratedProject,
  type Rule,
} from "./project.ts";

/** mirage 4.0 renamed `foreign` to `main`, and 4.5 removed the old name. */
export const foreignToMain: Rule = {
  since: "4.0.0",
  apply: ({ config }) => {
    const source = readConfigSource(config.text);
    const edits = source.mains
      .filter(({ word, isMirage }) => isMirage && config.text.slice(word.start, word.end) === "foreign")
      .map(({ word, binding }): TextEdit => {
        // Below a binding of `main`, the name means that value; in the binding itself, it does not yet.
        const bound = source.bound.get("main");
        const isHidden = bound !== undefined && bound < word.start && binding !== "main";
        const isQualified = config.text[word.start - 1] === ".";
        return { span: word, text: isHidden && !isQualified ? "Mirage.main" : "main" };
      });
    config.apply(edits);
  },
};

/** Labels of `register` that are gone: tracing since mirage 4.4, keys and packages since 4.5. */
export const labelsOfRegister: Rule = {
  since: "4.5.0",
  apply: (project) => {
    movePackages(project);
    const { config } = project;
    const edits = readConfigSource(config.text).registers.flatMap(({ labels }) =>
      ["tracing", "keys"].flatMap((label) => {
        const found = labels.get(label);
        return found ? [{ span: withBlanksBefore(config.text, found.span), text: "" }] : [];
      }),
    );
    config.apply(edits);
    const tracing = readCalls(config.text).bindings.filter(
      ({ name, value }) =>
        name !== undefined &&
        value.kind === "call" &&
        value.function.kind === "name" &&
        value.function.name === "mprof_trace" &&
        usesOf(config.text, name).length === 0,
    );
    config.apply(tracing.map(({ span }) => ({ span: definitionSpan(config.text, span), text: "" })));
  },
};

/** mirage 4.5 removed `register ~packages`: they belong to the `main` that is registered. */
function movePackages({ config }: MigratedProject): void {
  const source = readConfigSource(config.text);
  const [register, ...others] = source.registers.filter(({ labels }) => labels.has("packages"));
  const [main] = source.mains.filter(({ isMirage }) => isMirage);
  const argument = register?.labels.get("packages");
  // Which of several jobs needs them is not certain.
  if (!main || !register || others.length > 0 || !argument) return;
  const { text } = config;
  const name =
    argument.value === undefined ? "packages" : text.slice(argument.value.start, argument.value.end);
  const local = removableList(text, source, name, main, register.span.start);
  const list = argument.elements ? name : local && text.slice(local.list.start, local.list.end);
  const bindings = parseBindings(readBrackets(text));
  const isVisible =
    list !== undefined || bindings.some((each) => each.name === name && each.span.end < main.span.start);
  const moved = isVisible ? undefined : movableBinding(text, bindings, name, main);
  if (!isVisible && !moved) return;
  const edits: TextEdit[] = [{ span: withBlanksBefore(text, argument.span), text: "" }];
  if (local) edits.push({ span: local.binding, text: "" });
  if (moved) edits.push(...moved);
  edits.push(addPackages(text, main, reindent(list ?? name)));
  config.apply(edits);
}

/**
 * The edits that move a definition of packages from below an item with a `main` to above it. Undefined if it uses
 * what is defined between them.
 */
function movableBinding(
  text: string,
  bindings: readonly Binding[],
  name: string,
  main: MainCall,
): readonly TextEdit[] | undefined {
  const from = bindings.findIndex(({ span }) => spanContains(span, main.span));
  const at = bindings.findIndex((each, i) => i > from && each.name === name);
  const [target, moved] = [bindings[from], bindings[at]];
  const isItem = ({ span }: Binding): boolean => text.startsWith("let", span.start);
  if (!target || !moved || !isItem(target) || !isItem(moved)) return undefined;
  const between = new Set(bindings.slice(from, at).map((each) => each.name));
  const { tokens } = readBrackets(text);
  if (tokens.some((token) => spanContains(moved.span, token) && between.has(token.text))) return undefined;
  const eol = lineBreak(text);
  const definition = text.slice(moved.span.start, moved.span.end);
  return [
    { span: definitionSpan(text, moved.span), text: "" },
    { span: { start: target.span.start, end: target.span.start }, text: definition + eol + eol },
  ];
}

const reindent = (list: string): string => list.replace(/\s+/g, " ");

/**
 * A list that only `register` uses and that `main` does not see, `let packages = [ … ]` with or without `in`:
 * the list, and the binding with the white space after it.
 */
function removableList(
  text: string,
  source: ConfigSource,
  name: string,
  main: MainCall,
  before: number,
): { readonly list: Span; readonly binding: Span } | undefined {
  const list = source.lists.get(name);
  if (!list || list.end > before || usesOf(text, name).length > 1) return undefined;
  const { tokens, is } = readBrackets(text);
  const open = tokens.findIndex(({ start }) => start === list.start);
  const close = tokens.findIndex(({ end }) => end === list.end);
  if (!is(open - 1, "=") || !is(open - 3, "let")) return undefined;
  const start = tokens[open - 3]?.start ?? 0;
  if (is(close + 1, "in"))
    return { list, binding: withBlanksAfter(text, { start, end: tokens[close + 1]?.end ?? 0 }) };
  return list.start > main.span.start
    ? { list, binding: withBlanksAfter(text, { start, end: list.end }) }
    : undefined;
}

/** mirage 4.5 removed `~extra_deps` and `~deps:[abstract x]` for `~deps:[dep x]`, which 4.6.1 added again. */
export const dependencyLabels: Rule = {
  since: "4.6.1",
  apply: (project) => {
    const { config } = project;
    const source = readConfigSource(config.text);
    const edits: TextEdit[] = source.mains.flatMap(({ labels, isMirage }) => {
      const argument = labels.get("extra_deps");
      return isMirage && argument ? [renamedLabel(argument, "extra_deps", "deps")] : [];
    });
    const { tokens, is, after } = readBrackets(config.text);
    // `Key.abstract k`, also in `Key.[ … ]` and `Key.( … )`, is the other function of that name, now `Key.v`.
    const opened = tokens.flatMap((_, at): Span[] => {
      const [open, close] = [tokens[at + 2], tokens[after(at + 2) - 1]];
      const isOpen = is(at, "Key") && is(at + 1, ".") && (is(at + 2, "(") || is(at + 2, "["));
      return isOpen && open && close ? [{ start: open.start, end: close.end }] : [];
    });
    const inKey = (start: number): boolean => opened.some((each) => start > each.start && start < each.end);
    for (const [at, { start, end }] of tokens.entries())
      if (is(at, "abstract") && !source.bound.has("abstract")) {
        const isOfKey = is(at - 1, ".") && is(at - 2, "Key");
        if (isOfKey || inKey(start)) edits.push({ span: { start, end }, text: "v" });
        else if (!is(at - 1, ".")) edits.push({ span: { start, end }, text: "dep" });
      }
    config.apply(edits);
    removeDependencies(project);
  },
};

function renamedLabel({ span }: LabelledArgument, from: string, to: string): TextEdit {
  return { span: { start: span.start + 1, end: span.start + 1 + from.length }, text: to };
}

/** mirage 4.0 renamed the label `~ocamlfind` of `package` to `~libs`. */
export const libraryLabels: Rule = {
  since: "4.0.0",
  apply: ({ config }) => {
    const { calls } = readCalls(config.text);
    config.apply(
      calls.flatMap(({ name, call }): TextEdit[] =>
        name === "package"
          ? call.arguments.flatMap(({ label, span: { start }, punned }): TextEdit[] =>
              label === "ocamlfind"
                ? [
                    {
                      span: { start: start + 1, end: start + 1 + label.length },
                      text: punned ? "libs:ocamlfind" : "libs",
                    },
                  ]
                : [],
            )
          : [],
      ),
    );
  },
};

/** Combinators that have another name now, with the version that removed the old one. */
const renamedCombinators: Readonly<Record<string, string>> = {
  archive: "tar_kv_ro",
  etif: "ethif",
  generic_stackv4: "generic_stackv4v6",
  stackv4: "stackv4v6",
  git_happy_eyeballs: "mimic_happy_eyeballs",
};

export const combinatorNames: Rule = {
  since: "4.3.0",
  apply: ({ config }) => {
    const source = readConfigSource(config.text);
    const has = (...names: readonly string[]): boolean =>
      source.words.some(({ name }) => names.includes(name) && !source.bound.has(name));
    const isMimic = has("git_happy_eyeballs") && !has("git_tcp", "git_ssh", "git_http", "merge_git_clients");
    config.apply(
      source.words.flatMap(({ name, span }) => {
        // The result of `git_happy_eyeballs` was a client of git.
        if (name === "git_client" && isMimic && !source.bound.has(name))
          return [{ span: { start: span.end - name.length, end: span.end }, text: "mimic" }];
        const text = Object.hasOwn(renamedCombinators, name) ? renamedCombinators[name] : undefined;
        const isOwn = (source.bound.get(name) ?? Infinity) <= span.start;
        if (text === undefined || isOwn) return [];
        return [{ span: { start: span.end - name.length, end: span.end }, text }];
      }),
    );
    // A function in mirage 3; the type of a server in mirage 4.
    config.apply(
      readCalls(config.text).calls.flatMap(({ name, call }): TextEdit[] => {
        const { end } = call.function.span;
        return name === "http_server" && !source.bound.has(name)
          ? [{ span: { start: end - name.length, end }, text: "cohttp_server" }]
          : [];
      }),
    );
  },
};

/** `type t = T` with `Type T` of mirage 3 is `typ T`. */
export const deviceTypeRule: Rule = {
  since: "4.0.0",
  apply: ({ config }) => {
    const { tokens, is } = readBrackets(config.text);
    config.apply(
      tokens.flatMap(({ start, end }, at) =>
        is(at, "Type") && is(at - 1, "=") && /^[A-Z]/.test(tokens[at + 1]?.text ?? "")
          ? [{ span: { start, end }, text: "typ" }]
          : [],
      ),
    );
  },
};
