import { capture } from "../../../platform/capture.ts";
import type { Project } from "../../../project/vscode/projects.ts";
import type { LockFile } from "../../lockFile.ts";
import type { CatalogueContext } from "../../vscode/packageCatalogue.ts";
import { markQueries, readVersionMarks, type VersionMark } from "../versionMarks.ts";

/** How long opam may take for some hundred packages, in milliseconds. Nobody waits for it. */
const opamMs = 120_000;
const outputLimit = 4 * 1024 * 1024;

type Marks = ReadonlyMap<string, VersionMark>;

/** What the repositories say against the versions of lock files. opam is queried once for each lock file. */
export interface LockMarks {
  /** Empty until opam has answered. `onKnown` is called when it has, if it says something against a version. */
  readonly of: (project: Project, lock: LockFile, onKnown: () => void) => Marks;
  /** Forgets the answers, as after a change of the switch. */
  readonly forget: () => void;
}

const none: Marks = new Map();

/** Creates the queries of opam about locked versions. Without opam, and in Restricted Mode, nothing is known. */
export function createLockMarks(context: CatalogueContext): LockMarks {
  /** By unikernel. An answer is of the packages of one lock file. */
  const known = new Map<string, { readonly packages: string; marks: Marks }>();
  return {
    of: (project, lock, onKnown) => {
      const queries = markQueries(lock);
      const packages = JSON.stringify(queries);
      const found = known.get(project.id);
      if (found?.packages === packages) return found.marks;
      const entry = { packages, marks: none };
      known.set(project.id, entry);
      void queryMarks(context, project, queries).then((marks) => {
        if (known.get(project.id) !== entry) return;
        // opam may only have been busy.
        if (!marks) known.delete(project.id);
        else if (marks.size > 0) {
          entry.marks = marks;
          onKnown();
        }
      });
      return none;
    },
    forget: () => known.clear(),
  };
}

/** Undefined if opam is missing or does not answer. */
async function queryMarks(
  { run, toolchain }: CatalogueContext,
  project: Project,
  queries: readonly string[][],
): Promise<Marks | undefined> {
  const found = new Map<string, VersionMark>();
  try {
    for (const args of queries) {
      const command = await toolchain.command("opam", args, project);
      const limits = { timeoutMs: opamMs, limit: outputLimit };
      const { result, stdout } = await capture(run, { ...command, cwd: project.root }, limits);
      // opam exits with another code if it does not know one of the packages.
      if (result.kind !== "exited") return undefined;
      for (const [version, mark] of readVersionMarks(stdout)) found.set(version, mark);
    }
    return found;
  } catch {
    return undefined;
  }
}
