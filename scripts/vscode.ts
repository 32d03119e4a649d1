/**
 * Gets a VS Code to test in. `VSCODE_VERSION` chooses:
 * - unset: desktop VS Code where its download answers and there is a display, else the npm workbench;
 * - `stable`, `minimum` (the oldest that `engines.vscode` allows) or a version: that desktop VS Code;
 * - `npm`: the npm workbench.
 *
 * The npm workbench is the VS Code server and browser workbench inside npm's `code-server` package,
 * for machines without a display or without a way to the download server.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { isMain, reportWaiting, root, runProgram, secondsSince } from "./programs.ts";

/** A VS Code to run: `executable` takes the arguments of desktop `code` in both cases. */
export interface TestableCode {
  readonly kind: "desktop" | "npm";
  readonly executable: string;
}

const codeServerVersion = "4.139.1";

/** Everything downloaded for tests; ignored by git and by the package. */
export const cacheFolder = join(root, ".vscode-test");

const workbenchFolder = join(cacheFolder, `npm-workbench-${codeServerVersion}`);

/** The entry of the VS Code server inside the npm workbench. */
export const serverMain = join(
  workbenchFolder,
  "node_modules",
  "code-server",
  "lib",
  "vscode",
  "out",
  "server-main.js",
);

/** How long the download server may take to answer before the npm workbench is used. */
const answerMs = 5000;

/** Installs the npm workbench unless it is there. Rejects with the log's end when that fails. */
export async function installWorkbench(): Promise<void> {
  const done = join(workbenchFolder, "installed");
  if (existsSync(done)) return;
  const started = performance.now();
  console.log(`Installing the npm workbench (code-server ${codeServerVersion}); once, a few minutes…`);
  await rm(workbenchFolder, { recursive: true, force: true });
  const making = `${workbenchFolder}.part`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await writeFile(join(making, "package.json"), '{ "private": true }\n');
  const nodePackage = `${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${process.platform}-${process.arch}`;
  // This package is Node with its C headers: the native modules below are compiled against them.
  await reportWaiting(
    "Still installing Node for it",
    npm(making, [`${nodePackage}@${process.versions.node}`], process.env),
  );
  const nodeFolder = join(making, "node_modules", nodePackage);
  const installed = npm(making, [`code-server@${codeServerVersion}`], {
    ...process.env,
    PATH: [join(nodeFolder, "bin"), process.env["PATH"] ?? ""].join(delimiter),
    npm_config_nodedir: nodeFolder,
  });
  await reportWaiting("Still downloading and compiling it", installed);
  if (!existsSync(serverMain.replace(workbenchFolder, making))) {
    throw new Error(`npm installed code-server ${codeServerVersion} without its VS Code server.`);
  }
  await rename(making, workbenchFolder);
  await writeFile(done, "");
  console.log(`Installed the npm workbench in ${secondsSince(started)}.`);
}

async function npm(folder: string, packages: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  // An npm script's own settings (npm_config_*, npm_package_*) are about this repository.
  const clean = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_(?!config_nodedir)/i.test(name) && name !== "INIT_CWD"),
  );
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
  const { code, output } = await runProgram("npm", args, { cwd: folder, env: clean, quiet: true });
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed (${code}):\n${output.slice(-4000)}`);
}

/** The oldest VS Code that the manifest allows, such as `1.101.0`. */
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
    timeout: answerMs,
    reporter: new SilentReporter(),
  });
  return { kind: "desktop", executable };
}

async function npmWorkbench(): Promise<TestableCode> {
  await installWorkbench();
  return { kind: "npm", executable: join(root, "test", "harness", "code") };
}

/** The VS Code that `VSCODE_VERSION` asks for, made ready to run. */
export async function obtainCode(): Promise<TestableCode> {
  const wanted = process.env["VSCODE_VERSION"] ?? "";
  if (wanted === "npm") return npmWorkbench();
  if (wanted !== "") return download(wanted === "minimum" ? await minimumVersion() : wanted);
  if (!hasDisplay()) {
    console.log("No display here: VS Code is the npm workbench.");
    return npmWorkbench();
  }
  try {
    return await download("stable");
  } catch (error) {
    console.log(
      `Desktop VS Code cannot be downloaded here (${error instanceof Error ? error.message : String(error)}).`,
    );
    return npmWorkbench();
  }
}

if (isMain(import.meta.url)) {
  const code = await obtainCode();
  console.log(`${code.kind}: ${code.executable}`);
}
