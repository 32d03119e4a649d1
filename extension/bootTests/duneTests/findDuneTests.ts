import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseSexps, sexpAtoms, sexpField, type Sexp } from "../../ocaml/sexp.ts";
import { readText } from "../../platform/readText.ts";

/** A test that dune runs. */
export interface DuneTest {
  readonly name: string;
  /** Its folder relative to the project's root, with slashes; empty for the root. */
  readonly folder: string;
  /** The alias of dune that runs this test only. */
  readonly alias: string;
  /** The file that defines it: a `dune` file, or the script of a cram test. */
  readonly file: string;
  /** The line of its name in that file, from 0. */
  readonly line: number;
  /** The source with its cases; undefined for a cram test. */
  readonly source: string | undefined;
}

/** Maximum number of folders to read, and how deep they may nest. */
const limits = { folders: 2000, depth: 12 };
const skipped: ReadonlySet<string> = new Set(["duniverse", "dist", "node_modules"]);

/**
 * Finds the stanzas `test` and `tests` and the cram tests below `root` by reading files (dune's manual, "test" and "Cram
 * Tests"). Folders of other unikernels, fetched packages and builds are left out, and so are cram tests that the
 * `dune-project` above them does not enable.
 */
export async function findDuneTests(root: string, buildDir: string): Promise<readonly DuneTest[]> {
  const found: DuneTest[] = [];
  const open = [{ path: root, folder: "", depth: 0, cram: false }];
  for (let at = 0; at < open.length && at < limits.folders; at++) {
    const current = open[at];
    if (!current) break;
    const { path, folder, depth } = current;
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    const files = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
    if (files.has("config.ml") && path !== buildDir && path !== root) continue;
    const project = files.has("dune-project") ? await readText(join(path, "dune-project")) : undefined;
    const cram = project === undefined ? current.cram : enablesCram(project);
    if (files.has("dune")) {
      const text = (await readText(join(path, "dune"))) ?? "";
      found.push(...testsIn(text, path, folder));
    }
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = entry;
      const inner = join(path, name);
      if (name.endsWith(".t") && name !== ".t") {
        const script = entry.isDirectory() ? join(inner, "run.t") : inner;
        if (cram && (entry.isFile() || (await readText(script)) !== undefined))
          found.push(cramTest(name, folder, script));
      } else if (entry.isDirectory() && !/^[._]/.test(name) && !skipped.has(name) && depth < limits.depth) {
        if (inner !== join(buildDir, "mirage") || inner === buildDir)
          open.push({ path: inner, folder: below(folder, name), depth: depth + 1, cram });
      }
    }
  }
  return found;
}

const below = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** Whether a dune-project enables cram tests: by itself, or because its language is that of dune 3. */
export function enablesCram(text: string): boolean {
  const stanzas = parseSexps(text);
  const [choice] = sexpField(stanzas, "cram") ?? [];
  if (choice === "enable" || choice === "disable") return choice === "enable";
  const version = sexpField(stanzas, "lang")?.[1];
  return typeof version === "string" && Number.parseInt(version, 10) >= 3;
}

/** The tests of a dune file, also those in `subdir`. */
export function testsIn(text: string, path: string, folder: string): readonly DuneTest[] {
  const file = join(path, "dune");
  const read = (stanzas: readonly Sexp[], subdir: string): readonly DuneTest[] =>
    stanzas.flatMap((stanza) => {
      if (typeof stanza === "string") return [];
      const [keyword, where] = stanza;
      if (keyword === "subdir" && typeof where === "string")
        return read(stanza.slice(2), below(subdir, where));
      if (keyword !== "test" && keyword !== "tests") return [];
      const names = sexpAtoms(sexpField(stanza, keyword === "test" ? "name" : "names") ?? []);
      return names.map((name) => ({
        name,
        folder: [folder, subdir].filter(Boolean).join("/"),
        alias: `runtest-${name}`,
        file,
        line: lineOfName(text, name),
        source: join(path, ...subdir.split("/"), `${name}.ml`),
      }));
    });
  return read(parseSexps(text), "");
}

/** The line of a name in a field `name` or `names`, from 0. */
function lineOfName(text: string, name: string): number {
  for (const { 0: field, index } of text.matchAll(/\(\s*names?\s[^()]*/g)) {
    const words = [...field.matchAll(/[^\s"]+/g)];
    const word = words.find(({ 0: each }) => each === name);
    if (word) return text.slice(0, index + word.index).split("\n").length - 1;
  }
  return 0;
}

const cramTest = (name: string, folder: string, file: string): DuneTest => ({
  name,
  folder,
  alias: name.slice(0, -".t".length),
  file,
  line: 0,
  source: undefined,
});

/** The alias of all tests of a folder. */
const folderAlias = "runtest";

/**
 * A test that stands for all tests of its folder, if dune has printed that it knows no alias for the test alone: those of
 * programs exist since dune 3.17. `undefined` for other output.
 */
export function testOfFolder<T extends Pick<DuneTest, "alias">>(test: T, output: string): T | undefined {
  const isUnknown = output.includes(`Alias "${test.alias}" specified on the command line is empty`);
  return isUnknown && test.alias !== folderAlias ? { ...test, alias: folderAlias } : undefined;
}

/**
 * The arguments with which dune, started in the project's root, runs a test, also if it has passed before. The context is
 * that of the host. The profile is that of the generated Makefile, since another one would compile everything again.
 */
export const testArguments = ({ folder, alias }: Pick<DuneTest, "folder" | "alias">): readonly string[] => [
  "build",
  "--profile",
  "release",
  "--root",
  ".",
  "--force",
  // Two characters exclude the folders below.
  `${alias === folderAlias ? "@@" : "@"}_build/default/${below(folder, alias)}`,
];
