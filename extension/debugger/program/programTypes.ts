import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { capture } from "../../platform/capture.ts";
import type { Run } from "../../platform/process.ts";
import { t } from "../../protocol/l10n.ts";
import type { Declarations, Outline } from "../values/declarations.ts";
import { findTypedTree, readBindingTypes, type BindingTypes } from "./bindingTypes.ts";
import { outlineIn, toplevelDeclarations, toplevelSignatures } from "../values/toplevelDeclarations.ts";

/** The types of the program. */
export interface ProgramTypes {
  readonly declarations: Declarations;
  /** The functions of a compilation unit with their types; empty if they are unknown. Never rejects. */
  readonly outline: (unit: string) => Promise<Outline>;
  /** The types of the names that a compilation unit binds; empty if they are unknown. Never rejects. */
  readonly bindings: (unit: string) => Promise<BindingTypes>;
  /** Resolves with an explanation if the types cannot be read; otherwise never resolves. */
  readonly unreadable: Promise<string>;
}

export interface TypeSources {
  readonly run: Run;
  /** The toplevel `ocaml` of the switch that built the image; without it, no types are known. */
  readonly ocaml: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** The folder in which dune runs. */
  readonly root: string;
}

/** Reads the types from the compiled interfaces of the build, when the first one is requested. */
export function createProgramTypes({ run, ocaml, env, root }: TypeSources): ProgramTypes {
  const unreadable = Promise.withResolvers<string>();
  let loaded: Promise<Omit<ProgramTypes, "unreadable">> | undefined;
  const load = async (): Promise<Omit<ProgramTypes, "unreadable">> => {
    if (ocaml === undefined) {
      unreadable.resolve(noToplevel());
      return {
        declarations: async () => undefined,
        outline: async () => [],
        bindings: async () => new Map(),
      };
    }
    const folders = [...(await interfaceFolders(join(root, "_build"))), root];
    const toplevel = async (args: readonly string[], input: string) => {
      const start: Run = (spec, hooks) => run(spec, { ...hooks, onStdin: (stdin) => void stdin.end(input) });
      const { result, stdout } = await capture(start, { file: ocaml, args, cwd: root, env });
      // OCaml's message (`typing/persistent_env.ml`). The toplevel continues without the module.
      if (/is not a compiled interface for this version/.test(stdout))
        unreadable.resolve(otherVersion(ocaml));
      // A toplevel that could read its input has printed something, if only its version.
      if (result.kind !== "cancelled" && stdout === "") unreadable.resolve(failedToplevel(ocaml));
      return result.kind === "exited" ? stdout : undefined;
    };
    const signatures = toplevelSignatures(toplevel, folders);
    const outlines = new Map<string, Promise<Outline>>();
    const bindings = new Map<string, Promise<BindingTypes>>();
    const bindingsOf = async (unit: string): Promise<BindingTypes> => {
      const file = await findTypedTree(unit, folders);
      return file === undefined ? new Map() : readBindingTypes(toplevel, file);
    };
    return {
      declarations: toplevelDeclarations(toplevel, folders),
      outline: (unit) => {
        const known = outlines.get(unit) ?? outlineOf(unit, signatures);
        outlines.set(unit, known);
        return known;
      },
      bindings: (unit) => {
        const known = bindings.get(unit) ?? bindingsOf(unit).catch((): BindingTypes => new Map());
        bindings.set(unit, known);
        return known;
      },
    };
  };
  const get = () => (loaded ??= load());
  return {
    unreadable: unreadable.promise,
    declarations: async (path) => (await get()).declarations(path),
    outline: async (unit) => (await get()).outline(unit),
    bindings: async (unit) => (await get()).bindings(unit),
  };
}

const otherVersion = (ocaml: string) =>
  t(
    "Values are shown without types, because another version of OCaml than that of {0} built the unikernel. Run MirageOS: Select Switch, choose the switch that built it, and start again.",
    ocaml,
  );

const noToplevel = () =>
  t(
    "Values are shown without types, because no OCaml compiler was found. Run MirageOS: Select Switch, choose the switch that built the unikernel, and start again.",
  );

const failedToplevel = (ocaml: string) =>
  t("Values are shown without types, because {0} could not be run.", ocaml);

/** How deep modules inside of a compilation unit are read. */
const moduleDepth = 2;

async function outlineOf(unit: string, signature: (module: string) => Promise<string>): Promise<Outline> {
  const read = async (module: string, inside: string, depth: number): Promise<Outline> => {
    const text = await signature(module);
    const names = [...text.matchAll(/^\s+module ([A-Z][\w']*)/gm)].map(([, name]) => name ?? "");
    const nested =
      depth === 0
        ? []
        : await Promise.all(
            names.map((name) =>
              read(`${module}.${name}`, inside === "" ? name : `${inside}.${name}`, depth - 1),
            ),
          );
    return [...outlineIn(text, inside), ...nested.flat()];
  };
  return read(unit, "", moduleDepth);
}

/** Folders of a build that are not searched for compiled interfaces. */
const skipped = new Set([".git", "node_modules", "log"]);

/** The folders in which dune puts compiled interfaces: `.NAME.objs/byte` and `.NAME.eobjs/byte`. */
async function interfaceFolders(folder: string, depth = 12): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isDirectory() || skipped.has(entry.name) || depth === 0) return [];
      const path = join(folder, entry.name);
      if (/^\..+\.e?objs$/.test(entry.name)) return [join(path, "byte"), join(path, "public_cmi")];
      return interfaceFolders(path, depth - 1);
    }),
  );
  return found.flat();
}
