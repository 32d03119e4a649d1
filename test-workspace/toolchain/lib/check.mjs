import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

/**
 * Returns the folder of the compiled interface of Mirage, which is created on first use; `undefined` without
 * a compiler.
 */
function compiledDsl() {
  const hash = createHash("sha256").update(readFileSync(dsl)).digest("hex").slice(0, 12);
  const version = spawnSync("ocamlc", ["-version"], { encoding: "utf8" });
  if (version.error !== undefined || version.status !== 0) return undefined;
  const folder = join(tmpdir(), `mirage-stand-in-${hash}-${version.stdout.trim()}`);
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
  const options = ["-I", include, ...flags, "-color", color ? "always" : "never", "-stop-after", "typing"];
  const run = spawnSync("ocamlc", [...options, "-o", output, "-c", file], { encoding: "utf8" });
  if (run.status !== 0) return { failed: true, message: run.stderr };
  const seen = existsSync(cache) && readFileSync(cache, "utf8") === text;
  writeFileSync(cache, text);
  return { failed: false, message: seen ? "" : run.stderr + run.stderr };
}
