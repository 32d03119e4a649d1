/**
 * Starts scripts/NAME.ts (`start`, `test` or `bench`), also in a new clone. Runs under Node 18 or later,
 * installs the npm packages if package-lock.json has changed since the last installation, and starts the
 * script with the Node of those packages, which runs TypeScript files directly.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const windows = process.platform === "win32";
const node = join(modules, "node", "bin", windows ? "node.exe" : "node");
const stamp = join(modules, ".installed-from");

const [name, ...args] = process.argv.slice(2);
if (!["start", "test", "bench"].includes(name)) stop("Usage: node scripts/bootstrap.mjs start|test|bench …");
if (Number(process.versions.node.split(".")[0]) < 18)
  stop(`Node 18 or later is required, but this is ${process.version}.`);

installPackages();
startScript();

function stop(message) {
  console.error(message);
  process.exit(1);
}

function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock && works([node, "--version"])) return;
  console.log("Installing npm packages, which takes a minute or two…");
  // npm removes node_modules first, so it must not run under the Node in there. The settings of a surrounding
  // `npm test` must not apply either.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const key = Object.keys(env).find((one) => one.toUpperCase() === "PATH") ?? "PATH";
  env[key] = (env[key] ?? "").split(delimiter).filter(outside).join(delimiter);
  // Warnings, such as those about the engines of packages, do not help a user of `npm test`.
  const npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", npm, { cwd: root, env, stdio: "inherit", shell: windows });
  if (status !== 0) stop("npm ci failed.");
  // npm can be configured not to run install scripts, but these packages need theirs.
  const runner = findNode(env);
  ensureRuns("node", [node, "--version"], [runner, "installArchSpecificPackage.js"], env);
  ensureRuns("esbuild", [node, "-e", "require('esbuild').transformSync('')"], [node, "install.js"], env);
  writeFileSync(stamp, lock);
}

/** True for a folder of PATH that is not in node_modules. */
function outside(folder) {
  try {
    return folder !== "" && !realpathSync(folder).startsWith(modules);
  } catch {
    return false;
  }
}

function works([file, ...fileArgs]) {
  return spawnSync(file, fileArgs, { cwd: root, stdio: "ignore" }).status === 0;
}

/** Runs the install script of a package if the package does not work without it. */
function ensureRuns(packageName, probe, [file, ...fileArgs], env) {
  if (works(probe)) return;
  spawnSync(file, fileArgs, { cwd: join(modules, packageName), env, stdio: "inherit" });
  if (!works(probe)) stop(`The npm package ${packageName} was installed but does not run.`);
}

function findNode(env) {
  const path = env.PATH ?? env.Path ?? "";
  const found = path.split(delimiter).map((folder) => join(folder, windows ? "node.exe" : "node"));
  return found.find((file) => existsSync(file)) ?? process.execPath;
}

function startScript() {
  const path = [join(modules, ".bin"), process.env.PATH ?? process.env.Path ?? ""].join(delimiter);
  const script = join(root, "scripts", `${name}.ts`);
  const child = spawn(node, [script, ...args], { stdio: "inherit", env: { ...process.env, PATH: path } });
  // A terminal sends Ctrl-C to both processes, but a kill reaches only this one.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stop(error.message));
  child.on("exit", (code, signal) => {
    process.removeAllListeners();
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}
