import type { ConfigEvaluator } from "../../../extension/graph/evaluate/types.ts";
import type { MirageVersion } from "../../../extension/project/vscode/headerCheck.ts";
import type { Project, Projects } from "../../../extension/project/vscode/projects.ts";

/** What the features of config.ml and unikernel.ml need from the rest of the extension. */
export interface LanguageContext {
  readonly projects: Projects;
  readonly mirageVersion: MirageVersion;
  /** Evaluates config.ml for a target; undefined where nothing may be run. */
  readonly evaluator: (() => Promise<ConfigEvaluator>) | undefined;
  /** The folders with the installed libraries of a unikernel's switch; none where nothing may be run. */
  readonly libraryFolders: (project: Project) => Promise<readonly string[]>;
  /** Whether a language server that has the settings of this config.ml provides completion in it. */
  readonly completes: (configFile: string) => boolean;
}
