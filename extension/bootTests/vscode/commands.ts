import type * as vscode from "vscode";
import type { BootTestEnvironment } from "./bootTestEnvironment.ts";

/** The handlers of the commands about boot tests and the tests that dune runs, by command id. */
export function bootTestCommands(
  environment: Pick<BootTestEnvironment, "run" | "projects" | "toolchain" | "jobs" | "logStore"> & {
    readonly extensionUri: vscode.Uri;
    /** Shows a record in the log panel. */
    readonly showLogs: (record: unknown) => unknown;
    /** The id of the session that the log panel shows, if it is visible. */
    readonly shownSession: () => string | undefined;
  },
): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  return {
    "mirageos.makeBootTest": async () =>
      (await import("./makeTest.ts")).makeTestFromRun(
        environment.projects,
        environment.logStore,
        environment.shownSession,
      ),
    "mirageos.addWorkflow": async (on) =>
      (await import("./addWorkflow.ts")).addWorkflow(environment.projects, environment.extensionUri, on),
    "mirageos.showTestRecord": async (on) =>
      environment.showLogs((await import("./failureMessage.ts")).recordOfMessage(on)),
    "mirageos.acceptTestOutput": async (on) =>
      (await import("./duneTestItems.ts")).acceptOutput(environment, on),
  };
}
