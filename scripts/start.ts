/**
 * `npm start`: builds and packages the extension, installs it into a separate profile and opens the sample
 * projects in desktop VS Code. Without a desktop, it starts the npm workbench and prints its address.
 * Options: `--fresh` copies the samples again, `--check` runs the main job without input (see
 * test/e2e/mainJob.ts).
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { resolveCliArgsFromVSCodeExecutablePath } from "@vscode/test-electron";
import { runMainJob } from "../test/e2e/mainJob.ts";
import { copySamples, withStandIns } from "../test/harness/samples.ts";
import { installExtension, startWorkbench } from "../test/harness/workbench.ts";
import { packageExtension, vsixPath } from "./package.ts";
import { findProgram, root, runProgram } from "./programs.ts";
import { ensureSystem } from "./system.ts";
import { cacheFolder, installWorkbench, obtainCode } from "./vscode.ts";

const options = new Set(process.argv.slice(2));
const unknownOptions = [...options].filter((option) => option !== "--fresh" && option !== "--check");

try {
  if (unknownOptions.length > 0)
    throw new Error(`Unknown option ${unknownOptions.join(" ")}. The options are --fresh and --check.`);
  await ensureSystem();
  const bytes = await packageExtension();
  console.log(`Packaged out/mirageos.vsix (${Math.ceil(bytes / 1024)} KiB).`);
  if (options.has("--check")) await check();
  else await open();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Returns the environment for VS Code, with the real mirage if it is on PATH and the stand-ins otherwise. */
function toolEnvironment(): NodeJS.ProcessEnv {
  const mirage = findProgram(["mirage"]);
  console.log(
    mirage === undefined
      ? "mirage is not on PATH. Using the stand-in tools of test-workspace/toolchain."
      : `Using the real mirage: ${mirage}`,
  );
  return mirage === undefined ? withStandIns(process.env) : process.env;
}

async function open(): Promise<void> {
  const env = toolEnvironment();
  const folder = join(root, "out", "workspace");
  if (options.has("--fresh")) await rm(folder, { recursive: true, force: true });
  if (existsSync(folder)) {
    console.log("Opening out/workspace with your changes. Run `npm start -- --fresh` to replace it.");
  } else {
    await copySamples(folder);
    console.log("Opening out/workspace, a copy of the sample projects.");
  }
  const code = await obtainCode();
  const profile = join(cacheFolder, `profile-${code.kind}`);
  if (code.kind === "npm") await openInBrowser(folder, profile, env);
  else await openOnDesktop(code.executable, folder, profile, env);
}

async function openOnDesktop(
  executable: string,
  folder: string,
  profile: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const places = [
    `--user-data-dir=${join(profile, "data")}`,
    `--extensions-dir=${join(profile, "extensions")}`,
  ];
  const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
  if (cli === undefined) throw new Error(`${executable} has no command line.`);
  const installed = await runProgram(
    cli,
    [...cliArgs, ...places, "--install-extension", vsixPath, "--force"],
    { env },
  );
  if (installed.code !== 0) throw new Error("The extension could not be installed.");
  const quiet = ["--disable-workspace-trust", "--skip-welcome", "--skip-release-notes", "--wait"];
  const { code } = await runProgram(executable, [...places, ...quiet, folder], { env });
  process.exitCode = code;
}

async function openInBrowser(folder: string, profile: string, env: NodeJS.ProcessEnv): Promise<void> {
  const extensionsDir = join(profile, "extensions");
  const userData = join(profile, "data");
  await installExtension(vsixPath, extensionsDir, userData);
  const workbench = await startWorkbench({ folder, extensionsDir, userData, env });
  console.log(`\nVS Code is open at\n\n  ${workbench.url()}\n\nPress Ctrl-C to stop it.`);
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const log = await Promise.race([interrupted, workbench.ended]);
  await workbench.stop();
  if (typeof log === "string") throw new Error(`The VS Code server ended:\n${log}`);
}

async function check(): Promise<void> {
  await installWorkbench();
  const folder = join(root, "out", "check");
  await rm(folder, { recursive: true, force: true });
  await copySamples(folder);
  const env = toolEnvironment();
  const plugin = join(env["OPAMROOT"] ?? join(homedir(), ".opam"), "plugins", "bin", "opam-monorepo");
  const fetch =
    findProgram(["opam"], env) !== undefined &&
    (findProgram(["opam-monorepo"], env) !== undefined || existsSync(plugin));
  if (!fetch)
    console.log("Without opam and opam-monorepo, nothing is fetched. The switch must have the libraries.");
  const passed = await runMainJob({ folder, env, fetch, own: true });
  process.exitCode = passed ? 0 : 1;
}
