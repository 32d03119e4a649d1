import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { mergeEnv, type Env } from "../../../extension/platform/env.ts";
import type { ProcessSpec } from "../../../extension/platform/process.ts";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { t } from "../../../extension/protocol/l10n.ts";
import { isRequestedKind } from "../serverAnswers.ts";
import { definitionIn } from "../../features/vscode/definition.ts";
import type { BridgeContext } from "../../features/vscode/featureContext.ts";
import { duneRootOf } from "../../merlin/shimAnswers.ts";
import { shimEnv, shimPath, type ShimLocation } from "../../merlin/shimFiles.ts";
import type { ServerProgram } from "../chooseServer.ts";
import { atLeast, firstWithBuildSystemVariable } from "../serverVersion.ts";
import type { ManagedClient } from "./languageClient.ts";
import { serverSettings, userEnv } from "./serverSettings.ts";

/** How long a server may take to start, in milliseconds. */
const initializeMs = 20_000;

/** A client with its unikernels: those of one workspace folder with the same ocamllsp. */
export interface PooledClient {
  readonly client: ManagedClient;
  readonly program: ServerProgram;
  /** The ids of the unikernels. */
  readonly ids: ReadonlySet<string>;
}

type FoundProgram = Extract<ServerProgram, { readonly kind: "found" }>;

interface ClientPoolInput extends Pick<BridgeContext, "run" | "projects" | "toolchain"> {
  readonly location: ShimLocation;
  readonly output: vscode.LogOutputChannel;
  readonly ownerOf: (uri: vscode.Uri) => Project | undefined;
  /** Shows a server's diagnostics of a file, without those that are not certain; again when the others are. */
  readonly showDiagnostics: (
    uri: vscode.Uri,
    all: vscode.Diagnostic[],
    show: (shown: vscode.Diagnostic[]) => void,
  ) => void;
  /** Called when the state of a client changes. */
  readonly onChange: () => void;
}

/** The running clients of our own language servers, one for each workspace folder and ocamllsp. */
export class ClientPool {
  private readonly input: ClientPoolInput;
  private readonly entries = new Map<string, PooledClient>();

  constructor(input: ClientPoolInput) {
    this.input = input;
  }

  all(): readonly PooledClient[] {
    return [...this.entries.values()];
  }

  /** The client that handles a file; undefined if there is none. */
  of(uri: vscode.Uri): PooledClient | undefined {
    const project = this.input.ownerOf(uri);
    return project && this.all().find(({ ids }) => ids.has(project.id));
  }

  /**
   * Starts the clients for these unikernels that are missing or outdated and stops all others. `programFor`
   * returns the program of a unikernel's server; undefined if it needs no client.
   */
  async reconcile(
    open: readonly Project[],
    programFor: (project: Project) => Promise<FoundProgram | undefined>,
  ): Promise<void> {
    const needed = new Set<string>();
    for (const project of open) {
      const program = await programFor(project);
      if (program === undefined) continue;
      const key = `${program.file}\n${project.workspaceFolder}`;
      if (needed.has(key)) continue;
      needed.add(key);
      const members = await this.sharing(project, program.file);
      const entry = this.entries.get(key);
      if (entry && isSame(entry.program, program) && members.every(({ id }) => entry.ids.has(id))) continue;
      await entry?.client.stop();
      this.entries.set(key, await this.start(members, program, project.workspaceFolder));
    }
    for (const [key, { client }] of this.entries) {
      if (needed.has(key)) continue;
      this.entries.delete(key);
      await client.stop();
    }
  }

  stopAll(): void {
    for (const { client } of this.entries.values()) void client.stop();
  }

  /** The unikernels of the project's workspace folder whose switch has the same ocamllsp. */
  private async sharing(project: Project, file: string): Promise<readonly Project[]> {
    const { projects, toolchain } = this.input;
    const neighbours = projects
      .all()
      .filter(({ workspaceFolder }) => workspaceFolder === project.workspaceFolder);
    const files = await Promise.all(
      neighbours.map((each) => toolchain.path("ocamllsp", each).catch(() => undefined)),
    );
    return neighbours.filter((each, index) => files[index] === file || each.id === project.id);
  }

  private async start(
    members: readonly Project[],
    program: ServerProgram,
    cwd: string,
  ): Promise<PooledClient> {
    const { ownerOf, showDiagnostics } = this.input;
    const { startClient } = await import("./languageClient.ts");
    const client = startClient({
      run: this.input.run,
      spec: () => this.command(members, program, cwd),
      workspaceFolder: vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd)),
      serves: (uri) => members.some(({ id }) => id === ownerOf(uri)?.id),
      uriOf: (text) => vscode.Uri.parse(text),
      selector: members.flatMap(({ root }) =>
        ["ocaml", "ocaml.interface"].map((language) => ({
          scheme: "file",
          language,
          pattern: `${root.replaceAll(/[[{*?]/g, "[$&]")}/**`,
        })),
      ),
      output: this.input.output,
      settings: () => serverSettings(cwd),
      middleware: {
        handleDiagnostics: (uri, all, next) => showDiagnostics(uri, all, (shown) => next(uri, shown)),
        provideCodeActions: async (document, range, context, token, next) =>
          (await next(document, range, context, token))?.filter((action) =>
            isRequestedKind(
              context.only?.value,
              "kind" in action && typeof action.kind === "object" ? action.kind.value : undefined,
            ),
          ),
        provideDefinition: (document, position, token, next) =>
          definitionIn(document, ownerOf(document.uri)?.configFile, position, () =>
            Promise.resolve(next(document, position, token)),
          ),
      },
      initializeMs,
      onChange: this.input.onChange,
    });
    return { client, program, ids: new Set(members.map(({ id }) => id)) };
  }

  /** The command that starts the server, in an environment in which it uses the shim. */
  private async command(
    members: readonly Project[],
    program: ServerProgram,
    cwd: string,
  ): Promise<ProcessSpec> {
    const { toolchain, location } = this.input;
    const [first] = members;
    if (first === undefined || program.kind !== "found")
      throw new Error(t("There is no unikernel for this language server."));
    const user = userEnv(cwd);
    const { path, file, args, env: switchEnv } = await toolchain.command("ocamllsp", user.args, first);
    // Only the version of this program was checked; the next update replaces the client of another one.
    if (path !== program.file) throw new Error(t("ocamllsp has changed, and its version is being checked."));
    const outsideDune = members.some(({ configFile }) => duneRootOf(configFile, existsSync) === undefined);
    const usesVariable = atLeast(program.version, firstWithBuildSystemVariable);
    const shim: Env = usesVariable ? shimEnv(location, outsideDune ? cwd : undefined) : {};
    const env = mergeEnv(mergeEnv(switchEnv, shim), user.env);
    return { file, args, cwd, env: usesVariable ? env : shimPath(location, env) };
  }
}

/** Whether a program is still the one that was started; an unknown version counts as the same. */
function isSame(before: ServerProgram, now: ServerProgram): boolean {
  if (before.kind !== "found" || now.kind !== "found" || before.file !== now.file) return false;
  return before.version === undefined || now.version === undefined || before.version === now.version;
}
