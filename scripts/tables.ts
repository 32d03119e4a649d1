/**
 * Writes the tables of commands, templates, task and launch properties, settings and snippets into README.md,
 * between `<!-- NAME -->` and `<!-- end of NAME -->`, from package.json, the index of templates and the snippets.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readIndex } from "../extension/scaffold/templates.ts";
import { englishManifest } from "./manifest.ts";
import { isMain, root } from "./programs.ts";

interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly order?: number;
}

type Properties = Readonly<Record<string, Schema>>;

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly taskDefinitions: readonly { readonly properties: Properties }[];
    readonly debuggers: readonly {
      readonly configurationAttributes: { readonly launch: { readonly properties: Properties } };
    }[];
    readonly configuration: { readonly properties: Properties };
    readonly snippets: readonly { readonly path: string }[];
    readonly languageModelTools: readonly {
      readonly toolReferenceName: string;
      readonly userDescription: string;
    }[];
  };
}

/** What each command does, by its id. */
export const commandTexts: Readonly<Record<string, string>> = {
  "mirageos.getStarted":
    "Opens the walkthrough: from an empty folder to a unikernel that boots, in steps that tick themselves off.",
  "mirageos.installTools":
    "Installs opam and a switch, mirage, Solo5 or ocaml-lsp-server: shows each command, and runs it in a terminal when you agree.",
  "mirageos.newUnikernel":
    "Creates a unikernel from a template: what it shows, its name, folder and first target; then offers to configure it. Also in File › New File….",
  "mirageos.cloneSkeleton":
    "Clones the examples of [mirage-skeleton](https://github.com/mirage/mirage-skeleton) with git, one or all.",
  "mirageos.addDevice":
    "Adds a device to config.ml, a parameter to the functor and to `start`, and the package; shows the changes first and makes them as one edit.",
  "mirageos.addDevContainer":
    "Adds a dev container with opam, OCaml, mirage and Solo5 to a folder; shows the files first, and replaces none unless you say so.",
  "mirageos.selectUnikernel": "Chooses the unikernel that commands work on when nothing else says which.",
  "mirageos.selectTarget":
    "Chooses its target. Those that this computer can build and boot come first; the others say why not.",
  "mirageos.configure": "`mirage configure` for the target with the remembered options.",
  "mirageos.configureWithOptions":
    "A form of the options that this config.ml has, each with its documentation and default; remembered for the unikernel and target.",
  "mirageos.resetOptions": "Forgets the options of the unikernel's target.",
  "mirageos.lock": "`make lock`: solves the dependencies and writes the lock file.",
  "mirageos.installSwitch": "`make install-switch`: installs what the build needs in the opam switch.",
  "mirageos.pull": "`make pull`: fetches the locked sources into `duniverse/`.",
  "mirageos.fetch": "Lock, Install Switch Dependencies and Pull, in this order.",
  "mirageos.build":
    "`make build`. Configures first where that is missing or out of date, and asks once before it fetches dependencies.",
  "mirageos.run": "Boots the image: as a process, or under its tender. Builds first where there is no image.",
  "mirageos.buildAndRun": "Builds, then boots the image.",
  "mirageos.debug":
    "Boots the unikernel as a debug session, with its log panel; builds what is stale first. No launch.json is needed.",
  "mirageos.startByKey":
    "What F5 does where no launch configuration is selected: Debug, unless launch.json or another debugger is meant.",
  "mirageos.startSelectedByKey":
    "What F5 does where one of type `mirage` is selected: starts it, and where no editor has changes spares VS Code reading all settings anew.",
  "mirageos.bootArguments":
    "Chooses the arguments that the unikernel is booted with, from what its own `--help` says, and log levels of the sources seen so far; remembered, for Run and for launch configurations without `args`.",
  "mirageos.showHostCommands":
    "Shows the commands that make what a boot lacks, such as a tap interface; behind a button of the message that says so.",
  "mirageos.clean": "`mirage clean`: removes what configure and build made.",
  "mirageos.stop": "Ends a job and every program it started.",
  "mirageos.checkSetup": "Reports tool by tool and target by target what is ready, and what mends the rest.",
  "mirageos.copySetupReport": "Puts that report on the clipboard as Markdown, for a bug report.",
  "mirageos.reportIssue":
    "Opens a report of versions, settings, setup and last logs as a document, without secrets and private paths, to read and change before you open an issue with it.",
  "mirageos.selectSwitch": "Chooses the opam switch that the tools come from.",
  "mirageos.openConfig": "Opens the unikernel's config.ml.",
  "mirageos.revealImage": "Shows the image in the file explorer; in the tree, beside an image.",
  "mirageos.refresh": "Looks for unikernels again.",
  "mirageos.showGraph":
    "Shows which modules a configuration is made of, for every target, without touching the project.",
  "mirageos.showAnotherGraph": "The same in a panel of its own, to have two side by side.",
  "mirageos.revealInGraph":
    "Shows the node of the device, combinator or functor parameter that the cursor stands in.",
  "mirageos.describe": "Opens the graph, the keys and the options of a unikernel as a Markdown document.",
  "mirageos.showLogs": "Shows what unikernels log: running and past, filtered by level, source and text.",
  "mirageos.clearLogs": "Hides what the shown session has logged so far; its raw file keeps it.",
  "mirageos.toggleInlineLogs":
    "Shows or hides, after each call of `Logs` in the source, what it logged last (the setting `mirageos.inlineLogs`).",
  "mirageos.restartLanguageServer": "Starts ocamllsp anew, also after it crashed too often.",
  "mirageos.showLanguageServerOutput": "Shows what ocamllsp writes and how it was started.",
  "mirageos.connectOcamlPlatform":
    "Lets the OCaml Platform's server understand config.ml, by two variables in the workspace's settings.",
  "mirageos.disconnectOcamlPlatform": "Takes these variables out of the workspace's settings.",
  "mirageos.showLog": "Shows the extension's log: what was found, which environment is used.",
};

const scopes: Readonly<Record<string, string>> = {
  resource: "folder",
  "machine-overridable": "machine, can be overridden",
};

/** The tables by name, each as the lines of a Markdown table. */
export async function readmeTables(): Promise<ReadonlyMap<string, string>> {
  const manifest: Manifest = englishManifest();
  const { commands, taskDefinitions, debuggers, configuration, snippets, languageModelTools } =
    manifest.contributes;
  const settings = Object.entries(configuration.properties).toSorted(
    ([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0),
  );
  return new Map([
    [
      "commands",
      table(
        ["Command", "What it does"],
        commands.map(({ command, title }) => [`MirageOS: ${title}`, commandTexts[command] ?? ""]),
      ),
    ],
    ["templates", await templateTable()],
    ["task properties", propertyTable(taskDefinitions[0]?.properties)],
    ["launch properties", propertyTable(debuggers[0]?.configurationAttributes.launch.properties)],
    [
      "settings",
      table(
        ["Setting", "Default", "Scope", "Meaning"],
        settings.map(([name, schema]) => [
          `\`${name}\``,
          `\`${JSON.stringify(schema.default)}\``,
          scopes[schema.scope ?? ""] ?? schema.scope ?? "",
          textOf(schema),
        ]),
      ),
    ],
    [
      "tools",
      table(
        ["Tool", "What it gives"],
        languageModelTools.map(({ toolReferenceName, userDescription }) => [
          `\`#${toolReferenceName}\``,
          userDescription,
        ]),
      ),
    ],
    ["snippets", table(["Prefix", "What it inserts"], await readSnippets(snippets.map(({ path }) => path)))],
  ]);
}

/** The text with every table in its place. Throws, naming the table, when its marks are missing. */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, lines] of tables) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [result.indexOf(begin), result.indexOf(end)];
    if (from < 0 || to < from)
      throw new Error(`README.md has no place for the table of ${name}: ${begin} … ${end}`);
    result = `${result.slice(0, from + begin.length)}\n\n${lines}\n\n${result.slice(to)}`;
  }
  return result;
}

async function templateTable(): Promise<string> {
  const index = await readFile(join(root, "snippets", "templates", "index.json"), "utf8");
  const rows = readIndex(JSON.parse(index)).map(({ title, group, shows, devices, minimumMirage }) => [
    title,
    group,
    shows,
    devices.map((device) => `\`${device}\``).join(", "),
    minimumMirage,
  ]);
  return table(["Template", "Group", "What it shows", "Devices", "mirage from"], rows);
}

function propertyTable(properties: Properties = {}): string {
  const rows = Object.entries(properties);
  return table(
    ["Property", "Values", "Meaning"],
    rows.map(([name, schema]) => [`\`${name}\``, valuesOf(schema), textOf(schema)]),
  );
}

function valuesOf({ type: types, anyOf, enum: values }: Schema): string {
  // Behind the first form of a value comes a text with a variable, such as `${input:target}`.
  if (anyOf?.[0]) return valuesOf(anyOf[0]);
  const type = typeof types === "object" ? types[0] : types;
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  const names: Readonly<Record<string, string>> = {
    array: "list of texts",
    boolean: "`true`, `false`",
    integer: "number",
    object: "object",
  };
  return names[type ?? ""] ?? "text";
}

function textOf({ description, markdownDescription }: Schema): string {
  // `#a.b#` is how VS Code writes a link to a setting.
  return (markdownDescription ?? description ?? "").replace(/`#([\w.]+)#`/g, "`$1`");
}

async function readSnippets(paths: readonly string[]): Promise<string[][]> {
  const rows = await Promise.all(
    paths.map(async (path) => {
      const source = await readFile(join(root, path), "utf8");
      // VS Code allows a comma before a closing bracket here, and the formatter writes them.
      const snippets: Record<string, { prefix: string; description: string }> = JSON.parse(
        source.replace(/,(?=\s*[\]}])/g, ""),
      );
      return Object.values(snippets).map(({ prefix, description }) => [`\`${prefix}\``, description]);
    }),
  );
  return rows.flat();
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  const [first = [], ...rest] = cells;
  return [line(first), line(rule), ...rest.map(line)].join("\n");
}

if (isMain(import.meta.url)) {
  const path = join(root, "README.md");
  await writeFile(path, withTables(await readFile(path, "utf8"), await readmeTables()));
}
