import { t } from "../protocol/l10n.ts";

/** Reserved words of OCaml, which cannot name a module or value. */
const keywords: ReadonlySet<string> = new Set(
  (
    "and as assert begin class constraint do done downto effect else end exception external false for fun " +
    "function functor if in include inherit initializer lazy let match method module mutable new nonrec " +
    "object of open or private rec sig struct then to true try type val virtual when while with mod land " +
    "lor lxor lsl lsr asr"
  ).split(" "),
);

/** Files and folders of a configured unikernel, which a program of the same name would conflict with. */
const generated: ReadonlySet<string> = new Set(["main", "config", "mirage", "dune", "test"]);

/**
 * opam packages whose names end in a target, without the target. mirage writes `NAME-TARGET.opam`, so that a
 * unikernel with one of these names would replace the library.
 */
const libraries: ReadonlySet<string> = new Set([
  "charrua",
  "cstruct",
  "git",
  "git-cohttp",
  "happy-eyeballs",
  "irmin",
  "mirage",
  "mirage-block",
  "mirage-bootvar",
  "mirage-clock",
  "mirage-console",
  "mirage-fs",
  "mirage-kv",
  "mirage-net",
  "mirage-profile",
  "paf",
  "chamelon",
  "tar",
  "wodan",
]);

const maxLength = 64;

/**
 * Returns why a unikernel cannot have this name, as a sentence, or undefined if it can. The name is used for a
 * program, an opam package (`NAME-TARGET`) and a folder.
 */
export function nameProblem(name: string, taken: Iterable<string> = []): string | undefined {
  if (name === "") return t("Enter a name for the unikernel.");
  if (!/^[a-zA-Z]/.test(name)) return t("The name must start with a letter (a–z).");
  const wrong = /[^a-zA-Z0-9_-]/u.exec(name);
  if (wrong)
    return wrong[0] === " "
      ? t("Use only letters a–z, digits, - and _ (no spaces).")
      : t("Use only letters a–z, digits, - and _ (not {0}).", wrong[0]);
  if (name.length > maxLength) return t("Use at most {0} characters.", maxLength);
  const lower = name.toLowerCase();
  if (keywords.has(lower)) return t("{0} is a reserved word in OCaml.", name);
  if (generated.has(lower)) return t("mirage or dune uses the name {0} for a generated file.", name);
  if (libraries.has(lower))
    return t("{0} is an opam library, which a unikernel with this name would hide.", `${name}-unix`);
  const same = [...taken].find((each) => each.toLowerCase() === lower);
  return same === undefined ? undefined : t("This workspace already has a unikernel named {0}.", same);
}

/** Returns the name if it is free, otherwise the name with the first free number. */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = [...taken];
  let found = name;
  for (let i = 2; nameProblem(found, used) !== undefined && i < 1000; i++) found = `${name}-${i}`;
  return found;
}
