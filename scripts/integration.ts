/**
 * Runs the built integration tests in a VS Code: `node scripts/integration.ts EXECUTABLE`. `npm test` runs
 * this in a separate process. The tests write their counts to the file that MIRAGEOS_COUNTS names. Several of
 * these processes can run in parallel; see test/integration/index.ts.
 */
import { join } from "node:path";
import { runTests, TestRunFailedError } from "@vscode/test-electron";
import { temporarySamples, withStandIns } from "../test/harness/samples.ts";
import { temporaryFolder } from "../test/harness/temporaryFolder.ts";
import { root } from "./programs.ts";

const [executable = ""] = process.argv.slice(2);
const samples = await temporarySamples();
const userData = await temporaryFolder("mirageos-user-");
// runTests ends its VS Code only on SIGINT.
process.once("SIGTERM", () => void process.emit("SIGINT"));
try {
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, "out", "test", "index.js"),
    launchArgs: [samples.path, "--disable-extensions", `--user-data-dir=${userData.path}`],
    extensionTestsEnv: {
      ...withStandIns(process.env),
      MIRAGEOS_SAMPLES: samples.path,
      MIRAGEOS_LOGS: join(userData.path, "logs"),
    },
  });
} catch (error) {
  // The counts include failed tests.
  if (!(error instanceof TestRunFailedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await samples.remove();
  await userData.remove();
}
