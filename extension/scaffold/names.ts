import { t } from "../platform/l10n.ts";

/** Words of OCaml that cannot name a module or a value. */
const keywords: ReadonlySet<string> = new Set(
  (
    "and as assert begin class constraint do done downto effect else end exception external false for fun " +
    "function functor if in include inherit initializer lazy let match method module mutable new nonrec " +
    "object of open or private rec sig struct then to true try type val virtual when while with mod land " +
    "lor lxor lsl lsr asr"
  ).split(" "),
);

/** Files and folders of a configured unikernel: a program of that name would be in their way. */
const generated: ReadonlySet<string> = new Set(["main", "config", "mirage", "dune", "test"]);

/**
 * Packages of opam whose names end in a target, without that end: mirage writes `NAME-TARGET.opam`, and
 * a unikernel that is called as one of these would take the place of a library.
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

const longest = 64;

/**
 * Why a unikernel cannot have this name, as a sentence; undefined where it can. The name becomes that
 * of a program, of an opam package (`NAME-TARGET`) and of a folder.
 */
export function nameProblem(name: string, taken: Iterable<string> = []): string | undefined {
  if (name === "") return t("Give the unikernel a name.");
  if (!/^[a-zA-Z]/.test(name)) return t("A name begins with a letter from a to z.");
  const wrong = /[^a-zA-Z0-9_-]/u.exec(name);
  if (wrong)
    return wrong[0] === " "
      ? t("A name has letters from a to z, digits, - and _ only: no blanks.")
      : t("A name has letters from a to z, digits, - and _ only: not {0}.", wrong[0]);
  if (name.length > longest) return t("A name has at most {0} letters.", longest);
  const lower = name.toLowerCase();
  if (keywords.has(lower)) return t("{0} is a word of the OCaml language.", name);
  if (generated.has(lower)) return t("{0} is the name of something that mirage or dune writes.", name);
  if (libraries.has(lower))
    return t("{0} is a library in opam: a unikernel of that name would hide it.", `${name}-unix`);
  const same = [...taken].find((each) => each.toLowerCase() === lower);
  return same === undefined ? undefined : t("This workspace has a unikernel called {0} already.", same);
}

/** The name, or the name with the first number that makes it free. */
export function freeName(name: string, taken: Iterable<string>): string {
  const used = [...taken];
  let found = name;
  for (let i = 2; nameProblem(found, used) !== undefined && i < 1000; i++) found = `${name}-${i}`;
  return found;
}
