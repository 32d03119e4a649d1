import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import type { Texts } from "../../extension/protocol/l10n.ts";
import { inlinePages } from "../../scripts/build.ts";
import { graphvizCode, graphvizWithoutCode } from "../../scripts/graphviz.ts";
import { root } from "../../scripts/programs.ts";
import { literal, number, object } from "../../extension/protocol/validators.ts";
import { pageHtml } from "../../extension/protocol/page.ts";
import { shortMs } from "../harness/limits.ts";
import type { Theme } from "./themes.ts";

/** The bundled script and styles of a view, and the probe that tests add to its page. */
export interface Bundle {
  readonly script: string;
  readonly style: string;
  /** Whether its page contains the script and the styles. */
  readonly inline: boolean;
  readonly probe: string;
  /** The script of its worker; empty if it has none. */
  readonly worker: string;
  /** The code that the worker runs; empty if it has none. */
  readonly code: Uint8Array;
}

const bundles = new Map<string, Promise<Bundle>>();

/** Bundles `webviews/NAME`, once in a process. Rejects with the errors of esbuild. */
export function bundleView(name: string): Promise<Bundle> {
  const found = bundles.get(name) ?? makeBundle(name);
  bundles.set(name, found);
  return found;
}

async function makeBundle(name: string): Promise<Bundle> {
  const options = {
    absWorkingDir: root,
    outdir: "unused",
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    plugins: [graphvizWithoutCode],
    logLevel: "silent",
  } as const satisfies BuildOptions;
  const workerFile = join("webviews", name, "worker.ts");
  const hasWorker = existsSync(join(root, workerFile));
  const [view, worker, probe] = await Promise.all([
    build({ ...options, entryPoints: [join("webviews", name, "main.ts")] }),
    hasWorker ? build({ ...options, entryPoints: [workerFile] }) : undefined,
    build({ ...options, entryPoints: ["webviews/testing/probe.ts"], globalName: "probe" }),
  ]);
  const part = (end: string): string => view.outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  return {
    inline: inlinePages.includes(name),
    script: part(".js"),
    style: part(".css"),
    probe: probe.outputFiles[0]?.text ?? "",
    worker: worker?.outputFiles[0]?.text ?? "",
    code: hasWorker ? await graphvizCode() : new Uint8Array(),
  };
}

/** The page of a webview in a browser; the test plays the extension. */
export interface View {
  readonly page: Page;
  /** The messages from the page, in order. */
  readonly sent: readonly unknown[];
  readonly post: (message: unknown) => Promise<void>;
  /** Replaces the theme of the open page. */
  readonly setTheme: (theme: Theme) => Promise<void>;
  /** Calls a function of the probe, see webviews/testing/probe.ts. */
  readonly probe: <T>(call: string) => Promise<T>;
  /** Calls `listener` for each message from the page until the returned function is called. */
  readonly onSent: (listener: (message: unknown) => void) => () => void;
  /** Errors and violations of the content security policy; no page may have any. */
  readonly errors: readonly string[];
}

/** Settings of a page that differ from its context. */
export interface Look {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly reducedMotion?: "reduce";
}

const origin = "https://webview.test";

/** A request for the code of the worker, which the harness answers itself. */
const isCodeRequest = object({ id: number, body: object({ kind: literal("graphviz") }) });

/** Opens a view as VS Code does: its HTML and policy, the variables of a theme, a saved state, translations. */
export async function openView(
  context: BrowserContext,
  bundle: Bundle,
  theme: Theme,
  savedState?: unknown,
  texts?: Texts,
  look?: Look,
): Promise<View> {
  context.setDefaultTimeout(shortMs);
  const page = await context.newPage();
  if (look !== undefined) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ reducedMotion: look.reducedMotion ?? null });
  }
  const sent: unknown[] = [];
  const errors: string[] = [];
  const listeners = new Set<(message: unknown) => void>();
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  const html = pageHtml({
    title: "view",
    ...(bundle.inline && { code: { script: bundle.script, style: bundle.style } }),
    script: `${origin}/view.js`,
    style: `${origin}/view.css`,
    styleSource: origin,
    nonce: randomBytes(16).toString("hex"),
    texts,
    ...(bundle.worker !== "" && { wasm: true, workers: true, images: true }),
  });
  const files = new Map([
    ["/", { contentType: "text/html", body: html }],
    ["/view.js", { contentType: "text/javascript", body: bundle.script }],
    ["/view-worker.js", { contentType: "text/javascript", body: bundle.worker }],
    ["/code", { contentType: "application/wasm", body: Buffer.from(bundle.code) }],
    ["/view.css", { contentType: "text/css", body: bundle.style }],
  ]);
  await page.route(`${origin}/**`, async (route) => {
    const file = files.get(new URL(route.request().url()).pathname);
    await route.fulfill(file ?? { status: 404 });
  });
  await page.exposeFunction("sendToTest", (message: unknown) => {
    if (isCodeRequest(message)) {
      void page.evaluate(`fetch("/code").then((code) => code.arrayBuffer()).then((code) =>
        postMessage({ envelope: "response", id: ${message.id}, body: new Uint8Array(code) }))`);
      return;
    }
    sent.push(message);
    for (const listener of listeners) listener(message);
  });
  const setup = JSON.stringify({ ...theme, savedState });
  await page.addInitScript({ content: `${bundle.probe}\nglobalThis.probe = probe;\nprobe.begin(${setup});` });
  await page.goto(`${origin}/`);
  return {
    page,
    sent,
    errors,
    onSent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    post: (message) => page.evaluate(`postMessage(${JSON.stringify(message)})`),
    setTheme: (next) => page.evaluate(`probe.changeTheme(${JSON.stringify(next)})`),
    probe: (call) => page.evaluate(`probe.${call}`),
  };
}
