import type { HostOverview } from "./client/hostClient.ts";
import type { HostProblem } from "./client/hostError.ts";
import type { HostDescription } from "./hostDescriptions.ts";
import type { HostName } from "./wire/names.ts";

/** What is known of a host. An overview that could not be refreshed stays beside its problem. */
export interface HostState {
  readonly overview?: HostOverview | undefined;
  readonly problem?: HostProblem | undefined;
  /** The user has not agreed to connect to a host that the workspace's settings name. */
  readonly unconfirmed?: boolean;
}

/** A host of the view. */
export interface AlbatrossHost {
  readonly description: HostDescription;
  readonly state: HostState;
}

/** An image that was built here, as it is known again by the SHA-256 of its bytes. */
export interface KnownBuild {
  /** The id of the unikernel: the path of its config.ml. */
  readonly unikernel: string;
  /** When its file was written, in milliseconds. */
  readonly builtAt: number;
  /** Solo5's target, such as `spt`. A host does not list it. */
  readonly target?: string;
}

/** What is known of a deployed image: which build it is, and whether there is a newer one or sources have changed. */
export interface RecognizedBuild extends KnownBuild {
  readonly freshness: "current" | "newerBuild" | "sourcesChanged";
}

/** A row of the view Hosts. Commands of its menu get it as their argument. */
export interface HostRow {
  /** Unique and stable, so that VS Code remembers which rows are expanded. */
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly tooltip?: string | undefined;
  /** The id of a codicon. */
  readonly icon?: string | undefined;
  readonly isError?: boolean;
  /** For the conditions of menus. */
  readonly context: string;
  readonly host: string;
  readonly name?: HostName | undefined;
  /** The id of a command that a click runs with the row. */
  readonly command?: string | undefined;
  readonly children: readonly HostRow[];
  readonly isExpanded?: boolean;
}
