import { basename, dirname, sep } from "node:path";
import { readConfig } from "../project/config.ts";

/** A file and its text. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** The folder of a unikernel's sources; `mirage/config.ml` is one for the folder above it. */
export function sourceRoot(configFile: string): string {
  const folder = dirname(configFile);
  return basename(folder) === "mirage" ? dirname(folder) : folder;
}

/** The files below a unikernel's folder without those of other unikernels, such as its examples. */
export function ownSources(root: string, sources: readonly Source[]): readonly Source[] {
  const others = sources
    .filter(({ file, text }) => basename(file) === "config.ml" && readConfig(text).isUnikernel)
    .map(({ file }) => sourceRoot(file))
    .filter((each) => each !== root);
  return sources.filter(({ file }) => !others.some((other) => file.startsWith(other + sep)));
}
