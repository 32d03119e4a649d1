import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { posix, win32 } from "node:path";

/** The variables of a program's environment. */
export type Env = Readonly<Record<string, string>>;

/** The variables of this process, without those that are undefined. */
export const currentEnv = (): Env =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/**
 * Parses the output of `opam env --sexp`: a list of pairs of strings in OCaml's notation (opam's `print_sexp_env`;
 * escapes as in the OCaml manual, "String literals"). Returns undefined for other text.
 */
export function parseOpamEnv(text: string): Env | undefined {
  const pair = /\(\s*"((?:[^"\\]|\\[^])*)"\s+"((?:[^"\\]|\\[^])*)"\s*\)\s*/y;
  const body = /^\s*\(\s*([^]*)\)\s*$/.exec(text)?.[1];
  if (body === undefined) return undefined;
  const variables: Record<string, string> = {};
  for (let at = 0; at < body.length; at = pair.lastIndex) {
    pair.lastIndex = at;
    const match = pair.exec(body);
    if (!match) return undefined;
    variables[ocamlString(match[1] ?? "")] = ocamlString(match[2] ?? "");
  }
  return variables;
}

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b" };

/** Decodes the inside of an OCaml string literal. Bytes beyond ASCII have one decimal escape each. */
function ocamlString(inside: string): string {
  const bytes: Buffer[] = [];
  for (const [part] of inside.matchAll(/\\(?:\d{3}|[^])|[^\\]+/g)) {
    if (/^\\\d{3}$/.test(part)) bytes.push(Buffer.from([Number(part.slice(1)) & 0xff]));
    else if (part.startsWith("\\")) bytes.push(Buffer.from(letters[part.slice(1)] ?? part.slice(1)));
    else bytes.push(Buffer.from(part));
  }
  return Buffer.concat(bytes).toString("utf8");
}

/**
 * Returns `base` overridden by the variables of `patch`, without those that are undefined in `patch`. On Windows, `Path`
 * and `PATH` are the same variable, and the result has the name in `base`.
 */
export function mergeEnv(
  base: Readonly<Record<string, string | undefined>>,
  patch: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Env {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) if (value !== undefined) merged[name] = value;
  for (const [name, value] of Object.entries(patch)) {
    const key = variableName(merged, name, platform) ?? name;
    if (value === undefined) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}

/** Returns the value of a variable. On Windows, names are case-insensitive. */
export function envValue(
  env: Env,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const key = variableName(env, name, platform);
  return key === undefined ? undefined : env[key];
}

/** The variables that differ between two environments; those that `env` does not have are null, as for a terminal. */
export function changedVariables(
  base: Readonly<Record<string, string | undefined>>,
  env: Env,
): Readonly<Record<string, string | null>> {
  const changed = Object.entries(env).filter(([name, value]) => base[name] !== value);
  const removed = Object.keys(base).filter((name) => base[name] !== undefined && env[name] === undefined);
  return Object.fromEntries([...changed, ...removed.map((name) => [name, null] as const)]);
}

function variableName(env: Env, name: string, platform: NodeJS.Platform): string | undefined {
  if (Object.hasOwn(env, name)) return name;
  if (platform !== "win32") return undefined;
  return Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
}

/**
 * Finds the absolute path of a program in the folders of PATH, without running it. An absolute path is returned as it
 * is. Resolves to undefined if there is no such executable file. Relative paths, and relative or empty entries of PATH,
 * are ignored, because they would select programs of the folder that is open.
 */
export async function findProgram(
  name: string,
  env: Env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const paths = platform === "win32" ? win32 : posix;
  if (name === "" || name.includes("\0")) return undefined;
  const folders = paths.isAbsolute(name)
    ? [paths.dirname(name)]
    : (envValue(env, "PATH", platform) ?? "")
        .split(paths.delimiter)
        .filter((folder) => paths.isAbsolute(folder));
  if (!paths.isAbsolute(name) && paths.basename(name) !== name) return undefined;
  const names = fileNames(paths.basename(name), env, platform);
  for (const folder of folders) {
    for (const file of names) {
      const candidate = paths.join(folder, file);
      if (await isExecutable(candidate, platform)) return candidate;
    }
  }
  return undefined;
}

function fileNames(name: string, env: Env, platform: NodeJS.Platform): string[] {
  if (platform !== "win32") return [name];
  const extensions = (envValue(env, "PATHEXT", platform) ?? ".COM;.EXE;.BAT;.CMD")
    .split(";")
    .filter((extension) => extension !== "");
  const complete = extensions.some((extension) => name.toLowerCase().endsWith(extension.toLowerCase()));
  return complete ? [name] : extensions.map((extension) => name + extension.toLowerCase());
}

async function isExecutable(file: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    if (platform !== "win32") await access(file, constants.X_OK);
    return true;
  } catch {
    // The file is missing or unreadable, or its name is invalid: it cannot be started.
    return false;
  }
}
