import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { recorded } from "./recordings.mjs";

const dsl = join(dirname(fileURLToPath(import.meta.url)), "dsl", "mirage.mli");

/** The warnings of dune's dev profile, without making them errors. */
const flags = [
  "-w",
  "@1..3@5..28@30..39@43@46..47@49..57@61..62@67@69-40-41-42-44-45-48-58-59-60-66",
  "-strict-sequence",
  "-warn-error",
  "-A",
];

const hashOf = (...parts) => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);

/** Returns the path, size and time of the compiler on PATH; `undefined` if there is none. */
function compilerOnPath() {
  const name = process.platform === "win32" ? "ocamlc.exe" : "ocamlc";
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      const file = realpathSync(join(folder, name));
      const { size, mtimeMs } = statSync(file);
      return [file, size, mtimeMs];
    } catch {
      // It does not exist; try the next folder.
    }
  }
  return undefined;
}

/**
 * Returns the folder of the compiled interface of Mirage and of the results of earlier checks. It is created
 * on first use, and belongs to this version of the compiler. Returns `undefined` without a compiler.
 */
function compiledDsl() {
  const compiler = compilerOnPath();
  if (compiler === undefined) return undefined;
  const key = hashOf(readFileSync(dsl, "utf8"), flags, compiler);
  const folder = join(tmpdir(), `mirage-stand-in-${userInfo().uid}-${key}`);
  if (existsSync(join(folder, "mirage.cmi"))) return folder;
  const scratch = mkdtempSync(join(tmpdir(), "mirage-stand-in-"));
  const compiled = spawnSync("ocamlc", ["-c", "-o", join(scratch, "mirage.cmi"), dsl], { stdio: "inherit" });
  if (compiled.status !== 0) return undefined;
  try {
    renameSync(scratch, folder);
  } catch {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** Returns the recorded message for a mistake in a sample, for machines without OCaml. */
function recordedMistake(text, file) {
  const name = /register\s+\d/.test(text)
    ? "type-error"
    : /\[[^\]]*$/.test(text)
      ? "syntax-error"
      : undefined;
  if (name === undefined) return "";
  const stderr = recorded("errors", "configure", name, "configure.stderr");
  return stderr.slice(0, stderr.indexOf("run [")).replaceAll('"config.ml"', `"${file}"`);
}

/**
 * Compiles config.ml, and returns the exit code and the output of the compiler. The result for the same text
 * is read from a cache, because a start of the compiler takes a third of the time of `mirage configure`.
 */
function compile({ include, file, text, color, output }) {
  // A compiled or written interface in the folder can change the result.
  const interfaces = readdirSync(".").filter((name) => name.endsWith(".cmi"));
  const stored = join(include, `${hashOf(text, file, color)}.json`);
  const isCacheable = interfaces.length === 0 && !existsSync(`${file}i`);
  if (isCacheable && existsSync(stored)) return JSON.parse(readFileSync(stored, "utf8"));
  const options = ["-I", include, ...flags, "-color", color ? "always" : "never", "-stop-after", "typing"];
  const { status, stderr } = spawnSync("ocamlc", [...options, "-o", output, "-c", file], {
    encoding: "utf8",
  });
  if (isCacheable && status !== null) {
    // Several programs can check the same text at the same time.
    const scratch = `${stored}.${process.pid}`;
    writeFileSync(scratch, JSON.stringify({ status, stderr }));
    renameSync(scratch, stored);
  }
  return { status, stderr };
}

/**
 * Compiles config.ml. Returns `failed` with the output of the compiler, or its warnings. As with dune, the first build of
 * a text prints warnings twice, and the next one prints none.
 */
export function checkConfig({ configFile, text, color, cache }) {
  const file = configFile.split("\\").join("/").replace(/^\.\//, "");
  const include = compiledDsl();
  if (include === undefined) {
    const message = recordedMistake(text, file);
    return { failed: message !== "", message };
  }
  mkdirSync(dirname(cache), { recursive: true });
  const output = join(dirname(cache), "config.cmo");
  const run = compile({ include, file, text, color, output });
  if (run.status !== 0) return { failed: true, message: run.stderr };
  const seen = existsSync(cache) && readFileSync(cache, "utf8") === text;
  writeFileSync(cache, text);
  return { failed: false, message: seen ? "" : run.stderr + run.stderr };
}
