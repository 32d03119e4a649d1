/** Programs that come before all others on PATH, written for one test. */
import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/workbench.ts";

export interface Programs {
  /** A folder of the test's own; the programs know it as $FOLDER. */
  readonly folder: string;
  /** An environment in which the programs are found first, and the stand-ins after them. */
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => Promise<void>;
}

/**
 * Writes shell scripts under the names of programs. A script ends with the program it stands
 * before, unless it exits: what it is given goes on to that.
 */
export async function programsFirst(scripts: Readonly<Record<string, string>>): Promise<Programs> {
  const { path: folder, remove } = await temporaryFolder("mirageos-programs-");
  const rest = withStandIns(process.env);
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(folder, name);
    const on = `PATH="${rest["PATH"]}" exec ${name} "$@"`;
    await writeFile(file, `#!/bin/sh\nFOLDER="${folder}"\n${script}\n${on}\n`);
    await chmod(file, 0o755);
  }
  return { folder, remove, env: { ...rest, PATH: [folder, rest["PATH"]].join(delimiter) } };
}
