/**
 * Starts scripts/NAME.ts (`start`, `test` or `bench`) on a bare clone: runs under any Node from 18
 * on, installs the npm packages when package-lock.json is not the one they were installed from, and
 * hands over to the Node of those packages, which runs TypeScript as it is.
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
  stop(`Node 18 or newer is needed, not ${process.version}.`);

installPackages();
handOver();

function stop(message) {
  console.error(message);
  process.exit(1);
}

function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock && works([node, "--version"])) return;
  console.log("Installing npm packages; a minute or two…");
  // Not under the Node in node_modules, which npm removes first, and without the settings of the
  // `npm test` around this.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  const key = Object.keys(env).find((one) => one.toUpperCase() === "PATH") ?? "PATH";
  env[key] = (env[key] ?? "").split(delimiter).filter(outside).join(delimiter);
  // Warnings, such as those about engines of packages for VS Code, are of no use to who types `npm test`.
  const npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", npm, { cwd: root, env, stdio: "inherit", shell: windows });
  if (status !== 0) stop("npm ci failed.");
  // npm can be set not to run these packages' install scripts; nothing works without them.
  const runner = findNode(env);
  ensureRuns("node", [node, "--version"], [runner, "installArchSpecificPackage.js"], env);
  ensureRuns("esbuild", [node, "-e", "require('esbuild').transformSync('')"], [node, "install.js"], env);
  writeFileSync(stamp, lock);
}

/** True for a folder of PATH that is not one of the npm packages here. */
function outside(folder) {
  try {
    return folder !== "" && !realpathSync(folder).startsWith(modules);
  } catch {
    return false;
  }
}

function works([file, ...its]) {
  return spawnSync(file, its, { cwd: root, stdio: "ignore" }).status === 0;
}

/** Runs a package's install script when the package does not work without. */
function ensureRuns(packageName, probe, [file, ...its], env) {
  if (works(probe)) return;
  spawnSync(file, its, { cwd: join(modules, packageName), env, stdio: "inherit" });
  if (!works(probe)) stop(`The npm package ${packageName} was installed but does not run.`);
}

function findNode(env) {
  const path = env.PATH ?? env.Path ?? "";
  const found = path.split(delimiter).map((folder) => join(folder, windows ? "node.exe" : "node"));
  return found.find((file) => existsSync(file)) ?? process.execPath;
}

function handOver() {
  const path = [join(modules, ".bin"), process.env.PATH ?? process.env.Path ?? ""].join(delimiter);
  const script = join(root, "scripts", `${name}.ts`);
  const child = spawn(node, [script, ...args], { stdio: "inherit", env: { ...process.env, PATH: path } });
  // A terminal sends Ctrl-C to both; a kill reaches only this one.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stop(error.message));
  child.on("exit", (code, signal) => {
    process.removeAllListeners();
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}
