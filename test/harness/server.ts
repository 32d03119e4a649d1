/**
 * A VS Code server whose environment can be changed while it runs. Processes that it starts later, such as
 * the extension host of the next window and its terminals, get the environment of the last message. The
 * server ends with the process that started it.
 */
import { pathToFileURL } from "node:url";
import { serverMain } from "../../scripts/vscode.ts";

/** A message from the parent with the new complete environment. The response is `{ changed: true }`. */
export interface ChangeEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
}

let inherited = Object.keys(process.env);

process.on("message", ({ env }: ChangeEnvironment) => {
  // Variables that the server itself has set are not changed.
  for (const name of inherited) delete process.env[name];
  inherited = Object.keys(env);
  Object.assign(process.env, env);
  process.send?.({ changed: true });
});
process.on("disconnect", () => process.exit(1));

await import(pathToFileURL(serverMain).href);
