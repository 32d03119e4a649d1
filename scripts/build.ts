/**
 * Builds the files that VS Code loads: `dist/extension.js` with its chunks, `dist/webviews/NAME.js`, the shim
 * `dist/shim.cjs`, and the bundle of the integration tests in `out/test`. Options: `--dev` (with source maps,
 * not minified), `--watch` (like `--dev`, and builds again after every change).
 */
import { glob, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build, context, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { compressedGraphviz, graphvizWithoutCode } from "./graphviz.ts";
import { lazyGroups } from "./lazyGroups.ts";
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

const pageOptions = (dev: boolean): BuildOptions => ({
  absWorkingDir: root,
  outdir: "dist/webviews",
  bundle: true,
  platform: "browser",
  target: "es2022",
  minify: !dev,
  sourcemap: dev ? "inline" : false,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

/** Pages whose scripts are single files, because the extension writes them into the HTML of the page. */
export const inlinePages: readonly string[] = ["image", "metrics"];

/**
 * Options for the pages, `webviews/NAME/main.ts`, whose scripts share their common code as chunks, or for those of
 * `inlinePages`.
 */
async function webviewOptions(dev: boolean, inline: boolean): Promise<BuildOptions> {
  const pages = Object.entries(await entries("webviews/*/main.ts", ""));
  return {
    ...pageOptions(dev),
    entryPoints: Object.fromEntries(pages.filter(([name]) => inlinePages.includes(name) === inline)),
    format: "esm",
    splitting: !inline,
    loader: { ".woff2": "dataurl", ".ttf": "dataurl", ".svg": "dataurl" },
  };
}

/** Options for the workers of pages, `webviews/NAME/worker.ts`, which are single files. */
async function workerOptions(dev: boolean): Promise<BuildOptions> {
  return {
    ...pageOptions(dev),
    entryPoints: await entries("webviews/*/worker.ts", "-worker"),
    format: "iife",
    plugins: [graphvizWithoutCode],
  };
}

/** Names each source that matches by its folder. */
async function entries(pattern: string, suffix: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const source of glob(pattern, { cwd: root })) found[basename(dirname(source)) + suffix] = source;
  return found;
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
  const webviews = await build({ ...(await webviewOptions(choice.dev, false)), write: false });
  const inline = await build({ ...(await webviewOptions(choice.dev, true)), write: false });
  const workers = await build({ ...(await workerOptions(choice.dev)), write: false });
  await rm(join(root, "dist"), { recursive: true, force: true });
  for (const file of [
    ...(extension.outputFiles ?? []),
    ...(shim.outputFiles ?? []),
    ...(bootTests.outputFiles ?? []),
    ...(webviews.outputFiles ?? []),
    ...(inline.outputFiles ?? []),
    ...(workers.outputFiles ?? []),
  ]) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
  for (const { path, contents } of bootTests.outputFiles ?? [])
    await writeFile(`${path}.br`, await promisify(brotliCompress)(contents));
  await writeGraphviz(choice.dev);
  const metafiles = [extension, bootTests, shim, webviews, inline, workers].flatMap(
    ({ metafile }) => metafile ?? [],
  );
  await writeFile(join(root, "dist", "THIRD-PARTY-NOTICES.txt"), await thirdPartyNotices(metafiles));
  const meta: BuildMeta = {
    ...(extension.metafile && { extension: extension.metafile }),
    ...(webviews.metafile && { webviews: webviews.metafile }),
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
async function buildTests(): Promise<void> {
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
    await webviewOptions(true, false),
    await webviewOptions(true, true),
    await workerOptions(true),
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
