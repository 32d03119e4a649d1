import { readBrackets } from "../../ocaml/brackets.ts";
import type { Declarations, Outline } from "./declarations.ts";
import { modulePathOf } from "./types/scopedType.ts";

/** Runs `ocaml` with arguments and its input, and returns what it printed on its output, or undefined if it cannot run. */
export type RunToplevel = (args: readonly string[], input: string) => Promise<string | undefined>;

/**
 * Declarations from compiled interfaces, by `#show_module` of the `ocaml` toplevel: no code of the project runs.
 * `folders` are those with `.cmi` files, such as `_build/default/.unikernel.eobjs/byte`. Each module is requested
 * once. The toplevel must be of the version that compiled the project.
 */
export function toplevelDeclarations(run: RunToplevel, folders: readonly string[]): Declarations {
  const signatures = toplevelSignatures(run, folders);
  const modules = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return async (path) => {
    const module = modulePathOf(path);
    if (module === "") return undefined;
    const known = modules.get(module) ?? signatures(module).then(declarationsIn);
    modules.set(module, known);
    return (await known).get(path.slice(module.length + 1));
  };
}

/** Returns the signature of a module as `#show_module` prints it, or undefined. `T.Main` is that of a functor. */
export function toplevelSignatures(
  run: RunToplevel,
  folders: readonly string[],
): (module: string) => Promise<string> {
  let waiting: { readonly module: string; readonly resolve: (text: string) => void }[] = [];
  const flush = async () => {
    const batch = waiting;
    waiting = [];
    const args = ["-noinit", "-noprompt", "-no-version", ...folders.flatMap((folder) => ["-I", folder])];
    // The toplevel prints the line that separates two answers as an error, on its other output or on this one.
    const input = batch.map(({ module }) => `#show_module ${module};;\n"${separator}";;\n`).join("");
    const output = (await run(args, input).catch(() => undefined)) ?? "";
    const answers = output.split(new RegExp(`^.*"${separator}".*$`, "m"));
    for (const [index, { module, resolve }] of batch.entries()) {
      const answer = answers[index];
      // Some modules end the toplevel with an internal error. Those after it are requested again, one by one.
      const lost = answer === undefined || (index === answers.length - 1 && answers.length <= batch.length);
      if (lost && index > 0) void signature(module).then(resolve);
      else resolve(lost ? "" : (answer ?? ""));
    }
  };
  const signature = (module: string): Promise<string> =>
    new Promise((resolve) => {
      // The name is put into the input of a program that would execute other text.
      if (!/^[A-Z][\w']*(?:\.[A-Z][\w']*)*$/.test(module)) return resolve("");
      if (waiting.length === 0) setImmediate(() => void flush());
      waiting.push({ module, resolve });
    });
  return signature;
}

const separator = "--- next module ---";

/** The items of a signature that can follow a type declaration. */
const items: ReadonlySet<string> = new Set([
  "type",
  "and",
  "val",
  "module",
  "exception",
  "external",
  "class",
  "include",
  "open",
  "end",
]);

/**
 * The declarations of types, exceptions and module types of a signature by their name, and those of the constructors of
 * extensible types as exceptions. `text` is a module as `#show_module` prints it.
 */
export function declarationsIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { kind, name, text: item } of signatureItems(text)) {
    const extension = kind === "type" ? /^[^=]*?\+=\s*(?:private\s+)?(.*)$/s.exec(item)?.[1] : undefined;
    if (extension !== undefined) {
      for (const constructor of alternatives(extension))
        found.set(/^[\p{L}\p{N}_']*/u.exec(constructor)?.[0] ?? "", `exception ${constructor}`);
      continue;
    }
    if (kind === "type" || kind === "and" || kind === "exception") found.set(name, item);
    const moduleType = kind === "module" ? /^module\s+type\s+([\w']+)/.exec(item)?.[1] : undefined;
    if (moduleType !== undefined && !found.has(moduleType)) found.set(moduleType, item);
  }
  return found;
}

/** The texts between the `|` of a type that are not in brackets. */
function alternatives(text: string): readonly string[] {
  const brackets = readBrackets(text);
  const ends: number[] = [];
  for (let at = 0; at < brackets.tokens.length; at = brackets.after(at))
    if (brackets.is(at, "|")) ends.push(brackets.tokens[at]?.start ?? 0);
  const starts = [0, ...ends.map((end) => end + 1)];
  return starts.map((start, index) => text.slice(start, ends[index]).trim()).filter((each) => each !== "");
}

/** The functions of a signature, as an outline without lines. `module` is put before the names. */
export function outlineIn(text: string, module = ""): Outline {
  return signatureItems(text)
    .filter(({ kind }) => kind === "val")
    .map(({ name, text: item }) => ({
      path: module === "" ? name : `${module}.${name}`,
      type: item.slice(item.indexOf(":") + 1).trim(),
    }));
}

export interface SignatureItem {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

/** The items of the outermost signature of a text; of a functor, those of its result. */
export function signatureItems(text: string): readonly SignatureItem[] {
  const brackets = readBrackets(text);
  const { tokens, is } = brackets;
  let at = 0;
  // A functor's parameters are in parentheses, so the first signature outside of them is the result.
  while (at < tokens.length && !is(at, "sig")) at = brackets.after(at);
  const end = Math.min(brackets.end(at), tokens.length);
  const found: SignatureItem[] = [];
  for (at++; at < end;) {
    const start = at;
    const kind = tokens[start]?.text ?? "";
    do at = brackets.after(at);
    while (
      at < end &&
      !(items.has(tokens[at]?.text ?? "") && tokens[at]?.kind === "name" && !isPart(brackets, at))
    );
    const whole = text.slice(tokens[start]?.start, tokens[at]?.start ?? text.length).trim();
    found.push({ kind, name: nameOf(whole, kind), text: whole });
  }
  return found;
}

/** `module type`, and the constraint of a signature: `with type t = u and type v = w`. */
function isPart({ is }: ReturnType<typeof readBrackets>, at: number): boolean {
  if (is(at, "type")) return is(at - 1, "module") || is(at - 1, "with") || is(at - 1, "and");
  return is(at, "and") && is(at + 1, "type");
}

/** The name that an item declares. */
function nameOf(text: string, kind: string): string {
  if (kind === "val") return /^val\s+(?:\(\s*(\S+)\s*\)|([^\s:]+))/.exec(text)?.slice(1).find(Boolean) ?? "";
  const head = text
    .replace(/^\w+\s+(?:nonrec\s+)?/, "")
    .replace(/^(?:\([^)]*\)|[+\-!]*(?:'\w+|_(?=\s)))\s*/, "");
  return /^[\p{L}_][\p{L}\p{N}_']*/u.exec(head)?.[0] ?? "";
}
