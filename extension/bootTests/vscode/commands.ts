import type * as vscode from "vscode";
import type { BootTestHost } from "./bootTestHost.ts";

/** The handlers of the commands about boot tests and the tests that dune runs, by command id. */
export function bootTestCommands(
  host: Pick<BootTestHost, "run" | "projects" | "toolchain" | "jobs" | "logStore"> & {
    readonly extensionUri: vscode.Uri;
    /** Shows a record in the log panel. */
    readonly showLogs: (record: unknown) => unknown;
    /** The id of the session that the log panel shows, if it is visible. */
    readonly shownSession: () => string | undefined;
  },
): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  return {
    "mirageos.makeBootTest": async () =>
      (await import("./makeTest.ts")).makeTestFromRun(host.projects, host.logStore, host.shownSession),
    "mirageos.addWorkflow": async (on) =>
      (await import("./addWorkflow.ts")).addWorkflow(host.projects, host.extensionUri, on),
    "mirageos.showTestRecord": async (on) =>
      host.showLogs((await import("./failureMessage.ts")).recordOfMessage(on)),
    "mirageos.acceptTestOutput": async (on) => (await import("./duneTestItems.ts")).acceptOutput(host, on),
  };
}
