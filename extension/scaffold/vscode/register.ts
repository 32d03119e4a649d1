import type { Run } from "../../platform/process.ts";
import type { ScaffoldParts } from "./newUnikernel.ts";

/** Where the global state remembers a unikernel whose window is still to be opened. */
export const createdKey = "mirageos.created";

/** The commands that make unikernels and add to them; what they do is loaded with the first of them. */
export function registerScaffold(
  parts: ScaffoldParts & { readonly run: Run },
): Readonly<Record<string, (invokedOn: unknown) => unknown>> {
  const created: unknown = parts.context.globalState.get(createdKey);
  if (created !== undefined)
    void parts.projects.ready.then(async () =>
      (await import("../../dialogs.ts")).goOnAfterOpening(created, parts),
    );
  return {
    "mirageos.newUnikernel": async () => (await import("../../dialogs.ts")).newUnikernel(parts),
    "mirageos.cloneSkeleton": async () => (await import("../../dialogs.ts")).cloneSkeleton(parts.run),
    "mirageos.addDevice": async (on) => (await import("../../dialogs.ts")).addDevice(parts, on),
  };
}
