import { open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileSource } from "../image/fileSource.ts";
import { crunchedFiles } from "../image/size/crunchedFiles.ts";
import { readImageSize, type ImageSize } from "../image/size/imageSize.ts";
import { readLibraries } from "../image/size/libraries.ts";
import type { Library } from "../image/size/packageOwners.ts";
import { readImage, type ImageFile } from "../image/solo5Notes.ts";
import { lockedVersions, providersOf } from "../mirage/modules.ts";
import { targetOfFile, targets } from "../mirage/targets.ts";
import { readText } from "../platform/readText.ts";
import { t } from "../protocol/l10n.ts";

/** The project that an image was built from, as absolute paths. */
export interface ImageProject {
  /** The folder of config.ml, which contains `duniverse`. */
  readonly buildDir: string;
  /** The path of `buildDir` relative to the folder with `_build`. */
  readonly inside: string;
  /** The folder with `_build`. */
  readonly root: string;
  /** Undefined if the project has none. */
  readonly lockFile: string | undefined;
  /** Folders with the installed libraries of the switch, each in a folder of its own. */
  readonly libraryFolders: readonly string[];
}

export type ReadImage =
  | {
      readonly kind: "image";
      readonly image: Extract<ImageFile, { kind: "solo5" | "elf" }>;
      readonly size: ImageSize;
      readonly libraries: readonly Library[];
    }
  /** `message` is a sentence. */
  | { readonly kind: "failed"; readonly message: string };

/** Modules that the package of the compiler contains. */
const ofCompiler =
  /^(?:Stdlib|Camlinternal\w+|Unix|UnixLabels|Str|Thread|Event|Mutex|Condition|Dynlink|Runtime_events)$/;

/** Reads an image, with the libraries that it was linked with if its project is known. Never rejects. */
export async function readProjectImage(path: string, project: ImageProject | undefined): Promise<ReadImage> {
  const failed = (reason: string): ReadImage => ({
    kind: "failed",
    message: t("{0} can't be shown as an image: {1}.", basename(path), reason),
  });
  const image = await readImage(path);
  if (image.kind === "missing") return failed(t("the file does not exist"));
  if (image.kind === "notElf") return failed(t("it is not an ELF file"));
  if (image.kind !== "solo5" && image.kind !== "elf") return failed(image.reason);
  const libraries = project
    ? await readLibraries(await libraryPlaces(path, image.kind === "solo5", project))
    : [];
  const lockText = project?.lockFile === undefined ? undefined : await readText(project.lockFile);
  const locked = lockedVersions(lockText ?? "");
  try {
    const file = await open(path, "r");
    try {
      const size = await readImageSize(await fileSource(file), {
        libraries,
        packageOfModule: (module) =>
          ofCompiler.test(module) ? "ocaml" : providersOf(module, locked)[0]?.package,
      });
      if (size.kind === "size") {
        const modules = project
          ? await withCrunchedFiles(size.modules, contextOf(path, image.kind === "solo5", project))
          : size.modules;
        return { kind: "image", image, size: { ...size, modules }, libraries };
      }
      return failed(size.kind === "notElf" ? t("it is not an ELF file") : size.reason);
    } finally {
      await file.close();
    }
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** The names of modules that mirage has ocaml-crunch generate for key-value stores. */
const crunched = /^(?:Dune__exe__)?(?<file>Static_\w+)$/;

/** Replaces the data of modules with the files of key-value stores by these files, whose strings have no names. */
async function withCrunchedFiles(
  modules: ImageSize["modules"],
  context: string,
): Promise<ImageSize["modules"]> {
  return Promise.all(
    modules.map(async (module) => {
      const file = module.language === "ocaml" ? crunched.exec(module.module)?.groups?.["file"] : undefined;
      if (file === undefined) return module;
      const files = crunchedFiles((await readText(join(context, `${file}.ml`))) ?? "");
      const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
      // The module may have been generated again after the image was linked.
      if (files.length === 0 || bytes > module.bytes.data) return module;
      const others = module.symbols.filter(({ kind }) => kind !== "data");
      return {
        ...module,
        symbols: [...others, ...files.map((each) => ({ ...each, kind: "data" as const }))],
      };
    }),
  );
}

/** The folder of `buildDir` in the context of dune that builds an image. */
export function contextOf(path: string, isSolo5: boolean, { root, inside }: ImageProject): string {
  const target = targetOfFile(path, process.platform);
  const context = target ? targets[target].context : isSolo5 ? "solo5" : "default";
  return join(root, "_build", context, inside);
}

/** The libraries of the project, and those of the compiler and the runtime. */
async function libraryPlaces(path: string, isSolo5: boolean, project: ImageProject) {
  const { buildDir, libraryFolders } = project;
  const target = targetOfFile(path, process.platform);
  const isUnikraft = target !== undefined && targets[target].family === "unikraft";
  const compiler = isSolo5 ? "ocaml-solo5" : isUnikraft ? "ocaml-unikraft" : "ocaml";
  // Linux distributions have the compiler's libraries in the folder that contains those of the packages.
  const withStdlib = libraryFolders.map(async (folder) =>
    (await readdir(folder).catch((): string[] => [])).includes("stdlib.a") ? [folder] : [],
  );
  const ofDistribution = compiler === "ocaml" ? (await Promise.all(withStdlib)).flat() : [];
  const inLibraries = libraryFolders.map((folder) => join(folder, compiler));
  return {
    context: contextOf(path, isSolo5, project),
    root: buildDir,
    toolchain: [...inLibraries, ...ofDistribution],
  };
}
