import type { NetworkContext } from "./networkCommands.ts";

/** The commands that set up and tear down the network. Their code is loaded on first use. */
export const networkCommands = (
  context: NetworkContext,
): Readonly<Record<string, (invokedOn: unknown) => unknown>> => ({
  "mirageos.setUpNetwork": async (on) => (await import("./networkCommands.ts")).setUpNetwork(context, on),
  "mirageos.tearDownNetwork": async () => (await import("./networkCommands.ts")).tearDownNetwork(context),
});
