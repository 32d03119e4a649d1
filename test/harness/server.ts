/**
 * A VS Code server whose environment can be changed while it runs: what it starts later, such as the
 * extension host of the next window and its terminals, has the environment of the last message. Ends
 * with the process that started it.
 */
import { pathToFileURL } from "node:url";
import { serverMain } from "../../scripts/vscode.ts";

/** Message from the parent: the whole environment from now on. The answer is `{ changed: true }`. */
export interface ChangeEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
}

let inherited = Object.keys(process.env);

process.on("message", ({ env }: ChangeEnvironment) => {
  // What the server itself has set since its start stays.
  for (const name of inherited) delete process.env[name];
  inherited = Object.keys(env);
  Object.assign(process.env, env);
  process.send?.({ changed: true });
});
process.on("disconnect", () => process.exit(1));

await import(pathToFileURL(serverMain).href);
