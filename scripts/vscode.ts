/**
 * Provides a VS Code for tests. `VSCODE_VERSION` selects it:
 * - unset: desktop VS Code if there is a display and it can be downloaded, otherwise the npm workbench;
 * - `stable`, `minimum` (the oldest that `engines.vscode` allows) or a version: this desktop VS Code;
 * - `npm`: the npm workbench.
 *
 * The npm workbench is the VS Code server and browser workbench inside npm's `code-server` package,
 * for machines without a display or without access to the download server.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { isMain, reportWaiting, root, runProgram, secondsSince } from "./programs.ts";

/** A VS Code that can be started. In both kinds, `executable` accepts the arguments of desktop `code`. */
export interface TestableCode {
  readonly kind: "desktop" | "npm";
  readonly executable: string;
}

const codeServerVersion = "4.139.1";

/** The folder of all downloads for tests, which git and the package ignore. */
export const cacheFolder = join(root, ".vscode-test");

const workbenchFolder = join(cacheFolder, `npm-workbench-${codeServerVersion}`);

/** The entry point of the VS Code server in the npm workbench. */
export const serverMain = join(
  workbenchFolder,
  "node_modules",
  "code-server",
  "lib",
  "vscode",
  "out",
  "server-main.js",
);

/** Milliseconds without a response of the download server after which the npm workbench is used. */
const responseMs = 5000;

/** Installs the npm workbench unless it is installed. Rejects with the end of the log if that fails. */
export async function installWorkbench(): Promise<void> {
  const done = join(workbenchFolder, "installed");
  if (existsSync(done)) return;
  const started = performance.now();
  console.log(
    `Installing the npm workbench (code-server ${codeServerVersion}). This takes a few minutes, but only once…`,
  );
  await rm(workbenchFolder, { recursive: true, force: true });
  const partFolder = `${workbenchFolder}.part`;
  await rm(partFolder, { recursive: true, force: true });
  await mkdir(partFolder, { recursive: true });
  await writeFile(join(partFolder, "package.json"), '{ "private": true }\n');
  const nodePackage = `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${process.platform}-${process.arch}`;
  // This package is Node with its C headers, which are needed to compile the native modules below.
  await reportWaiting(
    "Still installing Node for the npm workbench",
    npm(partFolder, [`${nodePackage}@${process.versions.node}`], process.env),
  );
  const nodeFolder = join(partFolder, "node_modules", nodePackage);
  const installed = npm(partFolder, [`code-server@${codeServerVersion}`], {
    ...process.env,
    PATH: [join(nodeFolder, "bin"), process.env["PATH"] ?? ""].join(delimiter),
    npm_config_nodedir: nodeFolder,
  });
  await reportWaiting("Still downloading and compiling the npm workbench", installed);
  if (!existsSync(serverMain.replace(workbenchFolder, partFolder))) {
    throw new Error(`npm installed code-server ${codeServerVersion} without its VS Code server.`);
  }
  await rename(partFolder, workbenchFolder);
  await writeFile(done, "");
  console.log(`Installed the npm workbench in ${secondsSince(started)}.`);
}

async function npm(folder: string, packages: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  // The settings of an npm script (npm_config_*, npm_package_*) apply to this repository.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_(?!config_nodedir)/i.test(name) && name !== "INIT_CWD"),
  );
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
  const { code, output } = await runProgram("npm", args, { cwd: folder, env: clean, quiet: true });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed (${code}):\n${output.slice(-4000)}`);
}

/** Returns the oldest version of VS Code that the manifest allows, such as `1.101.0`. */
export async function minimumVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const range = /"vscode":"\^([\d.]+)"/.exec(JSON.stringify(manifest))?.[1];
  if (range === undefined) throw new Error("package.json: engines.vscode is not of the form ^1.2.3.");
  return range;
}

function hasDisplay(): boolean {
  if (process.platform !== "linux") return true;
  return process.env["DISPLAY"] !== undefined || process.env["WAYLAND_DISPLAY"] !== undefined;
}

async function download(version: string): Promise<TestableCode> {
  const executable = await downloadAndUnzipVSCode({
    version,
    cachePath: cacheFolder,
    timeout: responseMs,
    reporter: new SilentReporter(),
  });
  return { kind: "desktop", executable };
}

async function npmWorkbench(): Promise<TestableCode> {
  await installWorkbench();
  return { kind: "npm", executable: join(root, "test", "harness", "code") };
}

/** Downloads or installs the VS Code that `VSCODE_VERSION` selects. */
export async function obtainCode(): Promise<TestableCode> {
  const version = process.env["VSCODE_VERSION"] ?? "";
  if (version === "npm") return npmWorkbench();
  if (version !== "") return download(version === "minimum" ? await minimumVersion() : version);
  if (!hasDisplay()) {
    console.log("There is no display. Using the npm workbench.");
    return npmWorkbench();
  }
  try {
    return await download("stable");
  } catch (error) {
    console.log(
      `Desktop VS Code cannot be downloaded (${error instanceof Error ? error.message : String(error)}).`,
    );
    return npmWorkbench();
  }
}

if (isMain(import.meta.url)) {
  const code = await obtainCode();
  console.log(`${code.kind}: ${code.executable}`);
}
