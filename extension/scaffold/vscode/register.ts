import { existsSync } from "node:fs";
import type { Run } from "../../platform/process.ts";
import { createdFile, type ScaffoldParts } from "./parts.ts";

/** The commands that make unikernels and add to them; what they do is loaded with the first of them. */
export function registerScaffold(
  parts: ScaffoldParts & { readonly run: Run },
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  if (existsSync(createdFile(parts.context)))
    void parts.projects.ready.then(async () => (await import("../../dialogs.ts")).goOnAfterOpening(parts));
  return {
    "mirageos.newUnikernel": async () => (await import("../../dialogs.ts")).newUnikernel(parts),
    "mirageos.cloneSkeleton": async () => (await import("../../dialogs.ts")).cloneSkeleton(parts.run),
    "mirageos.addDevice": async (on) => (await import("../../dialogs.ts")).addDevice(parts, on),
  };
}
