/**
 * Builds the files that VS Code loads: `dist/extension.js` with its chunks, `dist/webviews/NAME.js`, the shim
 * `dist/shim.cjs`, and the bundle of the integration tests in `out/test`. Options: `--dev` (with source maps,
 * not minified), `--watch` (like `--dev`, and builds again after every change).
 */
import { existsSync } from "node:fs";
import { glob, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build, context, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { compressedGraphviz, graphvizWithoutCode } from "./graphviz.ts";
import { thirdPartyNotices } from "./notices.ts";
import { isMain, root, secondsSince } from "./programs.ts";

/** The metadata of a build for the bench: the sources and size of each file. */
export interface BuildMeta {
  readonly extension?: Metafile;
  readonly webviews?: Metafile;
}

export interface BuildChoice {
  readonly dev: boolean;
  readonly tests: boolean;
}

// Bundled CommonJS packages call `require` for built-in modules and for vscode.
const requireForCommonJs =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Modules that are loaded together on first use, as one chunk. With a chunk for each module, esbuild would
 * split the shared code into many small chunks, and vsce warns about more than 100 files.
 */
const lazyGroups: Readonly<Record<string, readonly string[]>> = {
  // Modules that prompt or answer the user.
  dialogs: [
    "extension/assistant/vscode/tools.ts",
    "extension/bootTests/vscode/makeTest.ts",
    "extension/dependencies/vscode/addPackage.ts",
    "extension/dependencies/vscode/checkPins.ts",
    "extension/dependencies/vscode/updatePackage.ts",
    "extension/dependencies/vscode/updateRepositories.ts",
    "extension/launch/vscode/bootArgumentPicker.ts",
    "extension/launch/vscode/debugCommand.ts",
    "extension/launch/vscode/devicePrompts.ts",
    "extension/launch/vscode/launchCompletion.ts",
    "extension/migrate/vscode/migrateCommand.ts",
    "extension/pipeline/vscode/optionsForm.ts",
    "extension/project/vscode/unikernelFiles.ts",
    "extension/report/vscode/reportIssue.ts",
    "extension/scaffold/vscode/addDevice.ts",
    "extension/scaffold/vscode/clone.ts",
    "extension/scaffold/vscode/newUnikernel.ts",
    "extension/scaffold/vscode/openCreated.ts",
    "extension/toolchain/vscode/doctorPanel.ts",
    "extension/toolchain/vscode/switchPicker.ts",
    "extension/toolchain/vscode/switchTerminal.ts",
    "extension/toolchain/vscode/targetPicker.ts",
    "extension/walkthrough/vscode/addDevContainer.ts",
    "extension/walkthrough/vscode/installTools.ts",
  ],
  // Modules that read a config.ml when unikernels are searched.
  search: [
    "extension/mirage/config/configFile.ts",
    "extension/project/locateRoot.ts",
    "extension/project/vscode/headerCheck.ts",
  ],
  // Modules that run the tools of a switch.
  tools: [
    "extension/toolchain/detect.ts",
    "extension/toolchain/environment.ts",
    "extension/toolchain/libraries.ts",
    "extension/toolchain/readiness.ts",
    "extension/toolchain/switches.ts",
    "extension/toolchain/targetCheck.ts",
    "extension/toolchain/targetProblem.ts",
    "extension/toolchain/tools.ts",
    "extension/toolchain/vscode/checkTarget.ts",
    "extension/toolchain/vscode/toolCache.ts",
  ],
  // Modules that follow the sessions of the log.
  sessions: ["extension/logs/vscode/goToCrash.ts", "extension/logs/vscode/inlineLogs.ts"],
  // The debugger: modules that run a unikernel under gdb.
  debugger: ["extension/debugger/session/start.ts", "extension/launch/session/debugRequest.ts"],
  // Modules that are loaded after the first search for unikernels.
  found: [
    "extension/dependencies/vscode/dependencyChecks.ts",
    "extension/dependencies/vscode/lockReview.ts",
    "extension/dependencies/vscode/packageCommands.ts",
    "extension/dependencies/vscode/packageCompletion.ts",
    "extension/dependencies/vscode/packageRows.ts",
    "extension/project/vscode/headerCheck.ts",
    "extension/project/vscode/statusBar.ts",
  ],
  // Modules that run a job or boot a unikernel.
  runs: [
    "extension/launch/vscode/configurations.ts",
    "extension/launch/vscode/debugAdapter.ts",
    "extension/launch/vscode/debug/attachLaunch.ts",
    "extension/launch/vscode/debug/inlineValues.ts",
    "extension/launch/vscode/prepareBoot.ts",
    "extension/launch/vscode/resolveLaunch.ts",
    "extension/logs/source/messageLines.ts",
    "extension/logs/store/logStore.ts",
    "extension/logs/vscode/ocamlSources.ts",
    "extension/logs/vscode/unikernelFolders.ts",
    "extension/pipeline/runJob.ts",
    "extension/pipeline/symlinkGuard.ts",
    "extension/pipeline/vscode/retryOnTarget.ts",
    "extension/pipeline/vscode/runner.ts",
    "extension/pipeline/vscode/tasks.ts",
    "extension/pipeline/vscode/saveChecks.ts",
  ],
};

/** Resolves dynamic imports of the modules of a group to one module that has all their exports. */
const groupLazyModules: Plugin = {
  name: "group-lazy-modules",
  setup(builder) {
    builder.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = relative(root, join(resolveDir, path)).split(sep).join("/");
      const group = Object.keys(lazyGroups).find((name) => lazyGroups[name]?.includes(file));
      return group === undefined ? undefined : { path: group, namespace: "lazy-group" };
    });
    builder.onLoad({ filter: /.*/, namespace: "lazy-group" }, ({ path }) => ({
      contents: (lazyGroups[path] ?? []).map((file) => `export * from "./${file}";`).join("\n"),
      resolveDir: root,
    }));
  },
};

function extensionOptions(dev: boolean): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: { extension: "extension/main.ts" },
    outdir: "dist",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "node",
    target: "node22",
    mainFields: ["module", "main"],
    plugins: [groupLazyModules],
    external: ["vscode"],
    banner: { js: requireForCommonJs },
    minify: !dev,
    keepNames: dev,
    sourcemap: dev ? "linked" : false,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  };
}

/**
 * Options for the shim, which is a separate program. It is a single file, since more files would slow down
 * its start.
 */
function shimOptions(dev: boolean): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: { shim: "language-bridge/merlin/shim.ts" },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node22",
    minify: !dev,
    legalComments: "none",
    logLevel: "warning",
  };
}

/** Options for the program that runs boot tests without an editor. It is a single file, so that it can be copied. */
function bootTestsOptions(dev: boolean): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: { "boot-tests": "extension/bootTestsCli.ts" },
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    mainFields: ["module", "main"],
    banner: { js: requireForCommonJs },
    minify: !dev,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  };
}

/**
 * Options for the views. Each view becomes a self-contained script. If a view has a `main.css`, it becomes
 * `NAME.css`, and `worker.ts`, which the page loads later, becomes `NAME-worker.js`.
 */
async function webviewOptions(dev: boolean): Promise<BuildOptions | undefined> {
  const entries: Record<string, string> = {};
  for await (const main of glob("webviews/*/main.ts", { cwd: root })) {
    const folder = dirname(main);
    entries[basename(folder)] = main;
    const css = join(folder, "main.css");
    if (existsSync(join(root, css))) entries[`${basename(folder)}-style`] = css;
    const worker = join(folder, "worker.ts");
    if (existsSync(join(root, worker))) entries[`${basename(folder)}-worker`] = worker;
  }
  if (Object.keys(entries).length === 0) return undefined;
  return {
    absWorkingDir: root,
    entryPoints: entries,
    outdir: "dist/webviews",
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    loader: { ".woff2": "dataurl", ".ttf": "dataurl", ".svg": "dataurl" },
    plugins: [graphvizWithoutCode],
    minify: !dev,
    sourcemap: dev ? "inline" : false,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  };
}

/**
 * Options for the integration tests. They are CommonJS, because VS Code loads `--extensionTestsPath` with
 * `require`.
 */
async function testOptions(): Promise<BuildOptions | undefined> {
  const entryPoints: string[] = [];
  for await (const file of glob("test/integration/**/{index,*.test}.ts", { cwd: root }))
    entryPoints.push(file);
  if (entryPoints.length === 0) return undefined;
  return {
    absWorkingDir: root,
    entryPoints,
    outbase: "test/integration",
    outdir: "out/test",
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node22",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  };
}

/**
 * Builds everything once. Rejects with the error of esbuild, which has been printed, if a source is invalid.
 * The previous build is then unchanged.
 */
export async function buildAll(choice: BuildChoice): Promise<void> {
  const extension = await build({ ...extensionOptions(choice.dev), write: false });
  const shim = await build({ ...shimOptions(choice.dev), write: false });
  const bootTests = await build({ ...bootTestsOptions(choice.dev), write: false });
  const views = await webviewOptions(choice.dev);
  const webviews = views === undefined ? undefined : await build({ ...views, write: false });
  await rm(join(root, "dist"), { recursive: true, force: true });
  for (const file of [
    ...(extension.outputFiles ?? []),
    ...(shim.outputFiles ?? []),
    ...(bootTests.outputFiles ?? []),
    ...(webviews?.outputFiles ?? []),
  ]) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
  for (const { path, contents } of bootTests.outputFiles ?? [])
    await writeFile(`${path}.br`, await promisify(brotliCompress)(contents));
  await writeGraphviz(choice.dev);
  const metafiles = [extension.metafile, bootTests.metafile, shim.metafile, webviews?.metafile].filter(
    (each) => each !== undefined,
  );
  await writeFile(join(root, "dist", "THIRD-PARTY-NOTICES.txt"), await thirdPartyNotices(metafiles));
  const meta: BuildMeta = {
    ...(extension.metafile && { extension: extension.metafile }),
    ...(webviews?.metafile && { webviews: webviews.metafile }),
  };
  await writeFile(join(root, "dist", "meta.json"), JSON.stringify(meta));
  if (choice.tests) await buildTests();
}

/** Writes the code of Graphviz, which the extension sends to the page of the functor graph. */
async function writeGraphviz(dev: boolean): Promise<void> {
  const folder = join(root, "dist", "webviews");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "graphviz.wasm.br"), await compressedGraphviz(dev));
}

/** Bundles the integration tests into `out/test`. */
export async function buildTests(): Promise<void> {
  const folder = join(root, "out", "test");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  const tests = await testOptions();
  if (tests !== undefined) await build(tests);
}

async function watch(): Promise<void> {
  const tests = await testOptions();
  const all = [
    extensionOptions(true),
    shimOptions(true),
    bootTestsOptions(true),
    await webviewOptions(true),
    tests,
  ].filter((each) => each !== undefined);
  await writeGraphviz(true);
  const contexts = await Promise.all(all.map((options) => context({ ...options, logLevel: "info" })));
  await Promise.all(contexts.map((each) => each.watch()));
}

if (isMain(import.meta.url)) {
  const started = performance.now();
  if (process.argv.includes("--watch")) await watch();
  else {
    try {
      await buildAll({ dev: process.argv.includes("--dev"), tests: true });
      console.log(`Built in ${secondsSince(started)}.`);
    } catch {
      process.exitCode = 1;
    }
  }
}
