import { readConfigSource } from "../mirage/config/parseConfig.ts";
import type { Span } from "../ocaml/brackets.ts";
import { compareOpamVersions } from "./opamVersion.ts";

/** A package that a config.ml can name. */
export interface CataloguePackage {
  readonly name: string;
  /** The newest first. */
  readonly versions: readonly string[];
  readonly synopsis: string;
}

/**
 * The arguments of opam whose output `readCatalogue` reads. opam pads every column but the last to its longest cell, and
 * some packages have hundreds of versions. In another column they would make the output tens of megabytes long.
 */
export const catalogueArguments = [
  "list",
  "--all",
  "--columns=name,synopsis,all-versions",
  "--separator=|",
  "--color=never",
] as const;

/** Reads the output of `opam list` with `catalogueArguments` (opam 2.0 to 2.6): a package a line, `#` before headers. */
export function readCatalogue(output: string): CataloguePackage[] {
  return output.split(/\r?\n/).flatMap((line): CataloguePackage[] => {
    const cells = line.split("|");
    if (cells.length < 3) return [];
    const name = cells.shift()?.trim() ?? "";
    const versions = cells.pop() ?? "";
    if (line.startsWith("#") || !/^[\w+-]+$/.test(name)) return [];
    const all = versions.split(/[\s,]+/).filter((version) => version !== "");
    return [
      {
        name,
        versions: all.toSorted((a, b) => compareOpamVersions(b, a)),
        synopsis: cells.join("|").trim(),
      },
    ];
  });
}

/**
 * The newest released version of a list that has the newest first: no pre-release such as `5.0~rc1`, and no name of a
 * branch such as `dev`, which pinned packages have. Undefined if there is none.
 */
export const newestRelease = (versions: readonly string[]): string | undefined =>
  versions.find((version) => /^v?\d[^~]*$/.test(version));

/** What is completed at a place of config.ml, and the text between the quotes. */
export type PackagePosition =
  | { readonly kind: "name"; readonly span: Span }
  | { readonly kind: "sublib"; readonly package: string; readonly span: Span };

/** Whether an offset of a config.ml is in the name of a `package` or in one of its `~sublibs`. */
export function packagePosition(text: string, offset: number): PackagePosition | undefined {
  for (const { name, labels } of readConfigSource(text).packages) {
    if (name.span.start <= offset && offset <= name.span.end) return { kind: "name", span: name.span };
    for (const { start, end } of labels.get("sublibs")?.elements ?? []) {
      const isClosed = end > start + 1 && text[end - 1] === '"';
      const span = { start: start + 1, end: isClosed ? end - 1 : end };
      if (text[start] === '"' && span.start <= offset && offset <= span.end)
        return { kind: "sublib", package: name.value, span };
    }
  }
  return undefined;
}
