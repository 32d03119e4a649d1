import { spawn } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checkConfig } from "./check.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const bin = join(here, "..", "bin");

/** Returns the real dune, which is the next one on PATH. */
function realDune() {
  const names = process.platform === "win32" ? ["dune.exe", "dune.cmd"] : ["dune"];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "" || normalize(join(folder, ".")) === normalize(bin)) continue;
    for (const file of names.map((name) => join(folder, name))) {
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // It does not exist; try the next folder.
      }
    }
  }
  return undefined;
}

/**
 * Returns the config.ml for the requested config.exe; `undefined` if a dune file of the user defines the
 * build.
 */
function requestedConfig(args) {
  if (args[0] !== "build") return undefined;
  const target = args.find((arg) => /^(?:.*[\\/])?config\.exe$/.test(arg));
  if (target === undefined) return undefined;
  const folder = dirname(normalize(target));
  const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
  if (!read("dune").includes("(include dune.config)") || !/\(libraries mirage\)/.test(read("dune.config")))
    return undefined;
  return join(folder, "config.ml");
}

/** Writes a program that behaves like the compiled config.ml with its current text. */
function writeProgram(configFile, text) {
  const program = join("_build", "default", configFile.replace(/\.ml$/, ".exe"));
  mkdirSync(dirname(program), { recursive: true });
  // As with dune, other hard links to an old program do not change.
  rmSync(program, { force: true });
  const module = JSON.stringify(pathToFileURL(join(here, "mirage.mjs")).href);
  writeFileSync(
    program,
    `#!/usr/bin/env node\nimport(${module}).then((program) => program.mainOfConfig(${JSON.stringify(text)}, process.argv.slice(2)));\n`,
  );
  chmodSync(program, 0o555);
}

/**
 * Returns settings for dune's cache. All duniverse/ folders have the same sources, which are compiled only
 * once.
 */
function cacheSettings() {
  const folder = join(tmpdir(), `mirageos-stand-ins-${userInfo().uid}`);
  // Dune 2 needs the transport; later versions have no other one.
  return { DUNE_CACHE: "enabled", DUNE_CACHE_TRANSPORT: "direct", XDG_CACHE_HOME: folder };
}

/**
 * Runs `dune ARGS…`: compiles config.ml itself, because there is no library mirage, and otherwise starts the
 * real dune.
 */
export async function main(args) {
  const configFile = requestedConfig(args);
  if (configFile !== undefined && existsSync(configFile)) {
    const text = readFileSync(configFile, "utf8");
    const cache = join("_build", "default", configFile);
    const checked = checkConfig({ configFile, text, color: false, cache });
    process.stderr.write(checked.message);
    if (checked.failed) process.exitCode = 1;
    else writeProgram(configFile, text);
    return;
  }
  const file = realDune();
  if (file === undefined) {
    process.stderr.write("dune: not found. The stand-in needs a real dune on PATH.\n");
    process.exitCode = 127;
    return;
  }
  const child = spawn(file, args, {
    stdio: "inherit",
    shell: file.endsWith(".cmd"),
    env: { ...cacheSettings(), ...process.env },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}
