/** Writes programs for one test and puts them first on PATH. */
import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { withStandIns } from "../harness/samples.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";

export interface Programs {
  /** The folder of the programs, which they can use as $FOLDER. */
  readonly folder: string;
  /** An environment whose PATH has the programs first and then the stand-ins. */
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => Promise<void>;
}

/**
 * Writes shell scripts, each under the name of a program. A script that does not exit runs the next program
 * of that name on PATH with the same arguments.
 */
export async function programsFirst(scripts: Readonly<Record<string, string>>): Promise<Programs> {
  const { path: folder, remove } = await temporaryFolder("mirageos-programs-");
  const rest = withStandIns(process.env);
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(folder, name);
    const runNext = `PATH="${rest["PATH"]}" exec ${name} "$@"`;
    await writeFile(file, `#!/bin/sh\nFOLDER="${folder}"\n${script}\n${runNext}\n`);
    await chmod(file, 0o755);
  }
  return { folder, remove, env: { ...rest, PATH: [folder, rest["PATH"]].join(delimiter) } };
}
