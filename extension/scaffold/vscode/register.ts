import { existsSync } from "node:fs";
import type { Run } from "../../platform/process.ts";
import { createdFile, type ScaffoldContext } from "./scaffoldContext.ts";

/** Returns the commands that create unikernels and add devices. Their code is loaded on first use. */
export function registerScaffold(
  parts: ScaffoldContext & { readonly run: Run },
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  if (existsSync(createdFile(parts.context)))
    void parts.projects.ready.then(async () =>
      (await import("./openCreated.ts")).continueAfterOpening(parts),
    );
  return {
    "mirageos.newUnikernel": async () => (await import("./newUnikernel.ts")).newUnikernel(parts),
    "mirageos.cloneSkeleton": async () => (await import("./clone.ts")).cloneSkeleton(parts.run),
    "mirageos.addDevice": async (on) => (await import("./addDevice.ts")).addDevice(parts, on),
    "mirageos.addSyslog": async (on) => (await import("./addSender.ts")).addSyslog(parts, on),
    "mirageos.addMonitoring": async (on) => (await import("./addSender.ts")).addMonitoring(parts, on),
  };
}
