/**
 * Runs tests that need a browser, file by file: `node test/shard.ts FOLDER FILE…`. Several shards can run the
 * same files in parallel; each file is taken once, and FOLDER has an entry for each file that was taken. All
 * files share one Chromium. The end-to-end tests share the servers of one window host, with the extension in
 * the folder that MIRAGEOS_EXTENSIONS names.
 */
import { relative } from "node:path";
import Mocha, { type ReporterConstructor } from "mocha";
import { root } from "../scripts/programs.ts";
import { rootHooks } from "./e2e/hooks.ts";
import { shareWindows } from "./e2e/session.ts";
import { testMs, windowRetries } from "./harness/limits.ts";
import report from "./harness/reporter.ts";
import { take } from "./harness/take.ts";
import { shareChromium } from "./harness/browser.ts";

async function run(file: string): Promise<void> {
  const mocha = new Mocha({
    timeout: testMs,
    retries: windowRetries,
    // Mocha calls its reporters with `new`, which a plain function allows.
    reporter: report as unknown as ReporterConstructor,
    rootHooks,
  });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  await new Promise((resolve) => mocha.run(resolve));
}

const [queue = "", ...files] = process.argv.slice(2);
const closeChromium = shareChromium();
const extensions = process.env["MIRAGEOS_EXTENSIONS"];
const closeWindows = extensions === undefined ? undefined : shareWindows(extensions);
try {
  for (const file of files) {
    if (!(await take(queue, relative(root, file)))) continue;
    console.log(`\n${relative(root, file)}`);
    await run(file);
  }
} finally {
  await closeWindows?.();
  await closeChromium();
}
