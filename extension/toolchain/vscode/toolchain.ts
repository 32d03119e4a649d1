import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { envValue, findProgram, type Env } from "../../platform/env.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { Run } from "../../platform/process.ts";
import type { Unikernel } from "../../project/model.ts";
import { parseMirageVersion } from "../../project/version.ts";
import type { Detection, Detections } from "../detect.ts";
import type { Environment, listSwitches } from "../environment.ts";
import { isTool, type ToolId } from "../toolId.ts";

/** Where a question about tools is asked from: a unikernel's folders, or a workspace folder as both. */
export type Place = Pick<Unikernel, "root" | "workspaceFolder">;

/** The tools of each unikernel, from the switch it uses. Everything but `dispose` rejects in Restricted Mode. */
export interface Toolchain extends vscode.Disposable {
  /** Read once and kept until something changes. Rejects with a ProblemError when it can't be read. */
  readonly environment: (place: Place) => Promise<Environment>;
  /** How a tool is started for a unikernel. Rejects with a ProblemError when it is missing. */
  readonly command: (
    tool: ToolId,
    args: readonly string[],
    place: Place,
  ) => Promise<{ readonly file: string; readonly args: readonly string[]; readonly env: Env }>;
  /** Where a tool is: an absolute path, or a name where a template finds it; undefined when missing. */
  readonly path: (tool: ToolId, place: Place) => Promise<string | undefined>;
  /** Every tool with its version; kept until something changes. */
  readonly detections: (place: Place) => Promise<Detections>;
  /** The version of the mirage in the unikernel's switch; undefined when unknown, missing or untrusted. */
  readonly mirageVersion: (place: Place) => Promise<string | undefined>;
  readonly switches: (place: Place) => ReturnType<typeof listSwitches>;
  /** Forgets all that was read. */
  readonly refresh: () => void;
  readonly onDidChange: vscode.Event<void>;
}

/** What was read for one folder. */
interface Known {
  readonly environment: Promise<Environment>;
  detections?: Promise<Detections>;
  mirageVersion?: Promise<string | undefined>;
}

const settings = ["mirageos.switch", "mirageos.toolPaths", "ocaml.sandbox"];

export function createToolchain(run: Run, log: vscode.LogOutputChannel): Toolchain {
  const known = new Map<string, Known>();
  const watchers = new Map<string, vscode.Disposable>();
  const changed = new vscode.EventEmitter<void>();
  const base = process.env as Env;

  const refresh = () => {
    known.clear();
    changed.fire();
  };

  const read = async (place: Place, localSwitch: string | undefined): Promise<Environment> => {
    const folder = vscode.Uri.file(place.workspaceFolder);
    const opam = toolPaths(place).opam;
    const ask = { run, env: base, cwd: place.workspaceFolder, ...(opam !== undefined && { opam }) };
    // Loaded with the first question: at start-up nobody asks.
    const { currentSwitch, readEnvironment } = await import("../asking.ts");
    const { chooseSwitch } = await import("../asking.ts");
    const choice = await chooseSwitch({
      setting: vscode.workspace.getConfiguration("mirageos", folder).get("switch", "auto"),
      sandbox: explicitValue(vscode.workspace.getConfiguration("ocaml", folder).inspect("sandbox")),
      workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({
        name,
        path: uri.fsPath,
      })),
      localSwitch,
      opamSwitch: envValue(base, "OPAMSWITCH"),
      currentSwitch: () => currentSwitch(ask),
    });
    const environment = await readEnvironment({ choice, base, ...ask });
    if ("code" in environment) throw new ProblemError(environment);
    log.info(`${localSwitch ?? place.workspaceFolder}: tools from ${environment.label} (${choice.why})`);
    watchSwitch(environment);
    return environment;
  };

  /** opam rewrites these files when packages come or go and when another switch is chosen. */
  const watchSwitch = ({ choice, env }: Environment) => {
    if (choice.kind !== "opam") return;
    const prefix = envValue(env, "OPAM_SWITCH_PREFIX");
    if (prefix === undefined || watchers.has(prefix)) return;
    const files = [
      [join(prefix, ".opam-switch"), "switch-state"],
      [envValue(base, "OPAMROOT") ?? dirname(prefix), "config"],
    ] as const;
    watchers.set(
      prefix,
      vscode.Disposable.from(
        ...files.flatMap(([folder, name]) => {
          const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), name);
          const watcher = vscode.workspace.createFileSystemWatcher(pattern);
          return [watcher, watcher.onDidChange(refresh), watcher.onDidCreate(refresh)];
        }),
      ),
    );
  };

  /** All unikernels of a workspace folder share what was read, but those with a local switch of their own. */
  const knownOf = async (place: Place): Promise<Known> => {
    if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
    const { findLocalSwitch } = await import("../asking.ts");
    const localSwitch = await findLocalSwitch(place.root, place.workspaceFolder);
    const key = `${place.workspaceFolder}\0${localSwitch ?? ""}`;
    const found = known.get(key);
    if (found) return found;
    const fresh: Known = { environment: read(place, localSwitch) };
    known.set(key, fresh);
    // What could not be read is tried again at the next question.
    fresh.environment.catch(() => known.get(key) === fresh && known.delete(key));
    return fresh;
  };

  /** Replaces what was known of a folder by what a tool said that had not answered in time. */
  const learn = (here: Known, more: Pick<Known, "detections" | "mirageVersion">): void => {
    if (![...known.values()].includes(here)) return;
    Object.assign(here, more);
    changed.fire();
  };

  const environment = async (place: Place) => (await knownOf(place)).environment;
  const detectInput = async (place: Place) => {
    const { env, template } = await environment(place);
    return { run, env, toolPaths: toolPaths(place), ...(template && { template }) };
  };

  const path: Toolchain["path"] = async (tool, place) => {
    const { env, template } = await environment(place);
    const override = toolPaths(place)[tool];
    const { tools } = await import("../asking.ts");
    const names =
      override === undefined
        ? tools[tool].candidates(process.platform).map(({ program }) => program)
        : [override];
    for (const name of names) {
      // A template may start tools where PATH does not show them, in a container for example.
      const found = template && override === undefined ? name : await findProgram(name, env);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  const command: Toolchain["command"] = async (tool, args, place) => {
    const file = await path(tool, place);
    if (file === undefined) throw new ProblemError(problems.toolMissing(tool));
    const from = await environment(place);
    const { commandIn } = await import("../asking.ts");
    return { ...commandIn(from, file, args), env: from.env };
  };

  const listeners = [
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (settings.some((setting) => event.affectsConfiguration(setting))) refresh();
    }),
  ];

  return {
    environment,
    path,
    command,
    detections: async (place) => {
      const here = await knownOf(place);
      here.detections ??= detectInput(place).then(async (input) => {
        const { detectLate, detectTools } = await import("../asking.ts");
        const found = await detectTools(input);
        // Not awaited: what is known already need not wait for what is slow.
        void detectLate(found, input).then((all) => all && learn(here, { detections: Promise.resolve(all) }));
        return found;
      });
      return here.detections;
    },
    mirageVersion: async (place) => {
      if (!vscode.workspace.isTrusted) return undefined;
      const here = await knownOf(place);
      here.mirageVersion ??= detectInput(place)
        .then(async (input) => {
          const { detectLate, detectTool } = await import("../asking.ts");
          const found = { mirage: await detectTool("mirage", input) };
          void detectLate(found, input).then(
            (all) => all && learn(here, { mirageVersion: Promise.resolve(versionOf(all.mirage)) }),
          );
          return versionOf(found.mirage);
        })
        // Why the environment can't be read is told where somebody asks for it.
        .catch(() => undefined);
      return here.mirageVersion;
    },
    switches: async (place) => {
      if (!vscode.workspace.isTrusted) throw new ProblemError(problems.untrusted());
      const opam = toolPaths(place).opam;
      const { listSwitches } = await import("../asking.ts");
      return listSwitches({ run, env: base, cwd: place.root, ...(opam !== undefined && { opam }) });
    },
    refresh,
    onDidChange: changed.event,
    dispose: () => vscode.Disposable.from(...listeners, ...watchers.values()).dispose(),
  };
}

const versionOf = (mirage: Detection): string | undefined =>
  mirage.kind === "found" ? parseMirageVersion(mirage.version ?? "") : undefined;

/** Where to ask when no unikernel is meant: the first workspace folder, or the home folder. */
export function defaultPlace(home: string): Place {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? home;
  return { root: folder, workspaceFolder: folder };
}

function toolPaths(place: Place): Partial<Record<ToolId, string>> {
  const scope = vscode.Uri.file(place.workspaceFolder);
  const setting = vscode.workspace
    .getConfiguration("mirageos", scope)
    .get<Record<string, unknown>>("toolPaths", {});
  return Object.fromEntries(
    Object.entries(setting).filter(([id, path]) => isTool(id) && typeof path === "string" && path !== ""),
  );
}

/** A setting's value where somebody set it: another extension's default says nothing of the user's wish. */
function explicitValue(setting: ReturnType<vscode.WorkspaceConfiguration["inspect"]>): unknown {
  return setting?.workspaceFolderValue ?? setting?.workspaceValue ?? setting?.globalValue;
}
