/**
 * Writes the tables of commands, templates, task and launch properties, settings, snippets and language model
 * tools to the pages in docs/, between `<!-- NAME -->` and `<!-- end of NAME -->`. The contents come from
 * package.json, the index of templates and the snippets.
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
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
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

/** The description of each command, by its id. */
export const commandTexts: Readonly<Record<string, string>> = {
  "mirageos.getStarted":
    "Opens the walkthrough, from an empty folder to a unikernel that boots. Its steps complete themselves.",
  "mirageos.installTools":
    "Installs opam and a switch, mirage, Solo5 or ocaml-lsp-server. Shows each command first and runs it in a terminal once you agree.",
  "mirageos.newUnikernel":
    "Creates a unikernel from a template: prompts for the template, name, folder and first target, and then offers to build and run it. Also in File › New File….",
  "mirageos.cloneSkeleton":
    "Clones one or all examples of [mirage-skeleton](https://github.com/mirage/mirage-skeleton) with git.",
  "mirageos.addDevice":
    "Adds a device to config.ml, a parameter to the functor and to `start`, and the package. Shows the changes first and makes them as one edit.",
  "mirageos.addSyslog":
    "Adds a syslog device to config.ml, over UDP or TCP, so that the unikernel sends its log messages over the network. Shows the changes first and makes them as one edit. Needs mirage 4.9.",
  "mirageos.addMonitoring":
    "Adds monitoring to config.ml, so that the unikernel sends metrics and its log levels can be changed while it runs. Shows the changes first and makes them as one edit. Needs mirage 4.9.",
  "mirageos.migrate":
    "Updates config.ml, unikernel.ml and the modules beside them from mirage 3 or an earlier mirage 4 to the installed mirage. Shows the changes first, makes them as one edit, and lists what you have to decide.",
  "mirageos.applyChanges":
    "Applies the changes that a preview shows, such as that of Migrate Unikernel. Also a button above the preview.",
  "mirageos.discardChanges": "Closes a preview of changes without applying them.",
  "mirageos.addDevContainer":
    "Adds a dev container with opam, OCaml, mirage and Solo5 to a folder. Shows the files first and replaces existing ones only if you confirm.",
  "mirageos.selectUnikernel": "Selects the unikernel that commands apply to by default.",
  "mirageos.select":
    "Selects a unikernel, so that commands and F5 use it. In the menu of a unikernel in the Unikernels view.",
  "mirageos.selectTarget":
    "Selects the target of the unikernel. Targets that this computer can build and boot come first; for the others, the list says why not.",
  "mirageos.configure": "Runs `mirage configure` for the selected target with the stored options.",
  "mirageos.configureWithOptions":
    "Shows a form with the options that config.ml declares, each with its documentation and default, and stores your choice for the unikernel and target.",
  "mirageos.resetOptions": "Discards the stored options of the unikernel's target.",
  "mirageos.lock": "Runs `make lock`, which solves the dependencies and writes the lock file.",
  "mirageos.addPackage":
    "Searches the packages of the switch's repositories by name, words and field, and adds one to config.ml.",
  "mirageos.updatePackage":
    "Locks again with the versions of the lock file, except that of one package, and shows what has changed before you keep it. In the menu of a package in the Unikernels view.",
  "mirageos.showDependencies":
    "Lists the packages of the lock file, to filter and sort: by name, vulnerabilities and newer versions, source, licence, or what requires them. A package can be opened, copied and updated.",
  "mirageos.checkPins":
    "Asks the git repositories that config.ml pins for their branches and tags, and reports which pins have moved since the lock or do not exist. Uses the network.",
  "mirageos.updateRepositories":
    "Runs `opam update` in a terminal, after which the Unikernels view shows the versions that it fetched.",
  "mirageos.revealPackage":
    "Shows the sources of a package in the Explorer. In the menu of a package in the Unikernels view.",
  "mirageos.openPackagePage":
    "Opens the homepage of a package, or the page of its repository. In the menu of a package in the Unikernels view.",
  "mirageos.copyPackage":
    "Copies the name and version of a package, or one of its details. In the menu of a package in the Unikernels view.",
  "mirageos.installSwitch":
    "Runs `make install-switch`, which installs what the build needs in the opam switch.",
  "mirageos.pull": "Runs `make pull`, which fetches the locked sources into `duniverse/`.",
  "mirageos.fetch": "Runs Lock, Install Switch Dependencies and Pull, in this order.",
  "mirageos.build":
    "Runs `make build`. Configures first if that is missing or out of date, and prompts once before it fetches dependencies.",
  "mirageos.run": "Boots the image, as a process or under its tender. Builds first if there is no image.",
  "mirageos.buildAndRun": "Builds and then boots the image.",
  "mirageos.debug":
    "Builds what is out of date and boots the unikernel as a debug session with its log panel. Needs no launch.json.",
  "mirageos.receiveSyslog":
    "Listens for syslog messages (RFC 3164 and 5424) on an address and port that you choose, and shows them as a session of the log panel. Also stops listening.",
  "mirageos.showMetrics":
    "Shows the metrics that the running unikernel sends: a chart of the selected one, and a table of all with their last, lowest and highest values and their history. Needs `metrics` in the launch configuration.",
  "mirageos.setLogLevel":
    "Lists the log sources of a running unikernel and changes their levels without a restart. The unikernel needs `monitoring` in config.ml.",
  "mirageos.export":
    "Writes a built unikernel as an OCI image for [urunc](https://urunc.io) (folder or archive) or as a systemd unit with the command line that Run uses. Builds first if needed, pushes and installs nothing.",
  "mirageos.bootArguments":
    "Chooses the arguments that the unikernel boots with, from its own `--help` and the log sources seen so far. Done stores them for Run and for launch configurations without `args`.",
  "mirageos.showHostCommands":
    "Shows the commands that create what a boot needs, such as a tap interface. Opened by a button of the message that reports it.",
  "mirageos.setUpNetwork":
    "Sets up a [network for unikernels](network.md) on Linux: tap interfaces on a bridge, DHCP, DNS, and access to other networks. Shows the script first.",
  "mirageos.tearDownNetwork": "Undoes what Set Up Network did, and nothing else. Shows the script first.",
  "mirageos.retryOnTarget":
    "Builds or boots for another target. Opened by a button of the message that a target can't be used on this computer.",
  "mirageos.clean": "Runs `mirage clean`, which removes what configure and build created.",
  "mirageos.stop":
    "Stops a job with every program that it started, or a running unikernel, also that of a debug session.",
  "mirageos.restart":
    "Stops a unikernel and runs it again, as it was started. Available on a unikernel in the Running view.",
  "mirageos.imagePath":
    "Returns the path of the unikernel's image. For tasks and launch configurations, as `${command:mirageos.imagePath}`.",
  "mirageos.manifestPath":
    "Returns the path of the manifest with the devices of a Solo5 image. For tasks and launch configurations.",
  "mirageos.target": "Returns the selected target. For tasks and launch configurations.",
  "mirageos.tender":
    "Returns the path of the program that boots the image, such as solo5-hvt. For tasks and launch configurations.",
  "mirageos.checkSetup":
    "Reports for each tool and each target whether it is ready, and how to fix what is not. Begins with what the selected targets need.",
  "mirageos.copySetupReport": "Copies the report of Check Setup as Markdown, for a bug report.",
  "mirageos.reportIssue":
    "Opens a report of versions, settings, setup and recent logs, without secrets and private paths. You read and change it before you open an issue with it.",
  "mirageos.selectSwitch": "Selects the opam switch that the tools come from.",
  "mirageos.newTerminal":
    "Opens a terminal in the unikernel's folder, with the environment of its opam switch: mirage, dune and ocaml are on the PATH.",
  "mirageos.openConfig": "Opens the unikernel's config.ml.",
  "mirageos.openUnikernel": "Opens the source file that config.ml names, usually unikernel.ml.",
  "mirageos.revealInExplorer":
    "Shows the unikernel's folder in VS Code's Explorer. In the menu of a unikernel in the Unikernels view.",
  "mirageos.showImage":
    "Shows which packages, modules and symbols the bytes of the unikernel's image come from, and what changed since another build. Images also open in this view from VS Code's Explorer.",
  "mirageos.revealImage":
    "Shows the image in the file explorer. Available on an image in the Unikernels view.",
  "mirageos.refresh": "Looks for unikernels again.",
  "mirageos.showGraph":
    "Shows which modules a configuration consists of, for every target, without changing the project.",
  "mirageos.showAnotherGraph": "Opens another functor graph panel, to view two graphs side by side.",
  "mirageos.revealInGraph":
    "Shows the node of the device, combinator or functor parameter at the cursor in the functor graph.",
  "mirageos.describe":
    "Opens a Markdown document that describes the graph, the keys and the options of a unikernel.",
  "mirageos.showLogs": "Shows what running and past unikernels logged, filtered by level, source and text.",
  "mirageos.acceptTestOutput":
    "Accepts the output of a test as expected: dune runs the test again and writes the file that it compares.",
  "mirageos.showTestRecord": "Shows the log record that made a boot test fail, in the Unikernel Logs panel.",
  "mirageos.stopWhenLogged":
    "Sets a breakpoint where a message was logged, with the condition that the call logs the same values. A link in the hover of an inline log; the log panel has it in the menu of a row.",
  "mirageos.goToCrash":
    "Opens the line of your code where the last unikernel crashed, or its explanation in the log panel if no line is known (Ctrl+F8, ⌘F8 on macOS).",
  "mirageos.clearLogs": "Hides what the current session has logged so far. Its file keeps everything.",
  "mirageos.toggleInlineLogs":
    "Shows or hides the last message of each call of `Logs` in the source (the setting `mirageos.inlineLogs`).",
  "mirageos.makeBootTest":
    "Adds a boot test to `boot-tests.json` from the log records of the last run that you choose. Times and addresses become patterns.",
  "mirageos.addWorkflow":
    "Adds a workflow of GitHub Actions that configures and builds the unikernel for the targets you choose and runs its [boot tests](boot-tests.md). It is shown before it is written.",
  "mirageos.restartLanguageServer": "Restarts ocamllsp, also after it has crashed repeatedly.",
  "mirageos.showLanguageServerOutput": "Shows the output of ocamllsp and how it was started.",
  "mirageos.connectOcamlPlatform":
    "Makes the OCaml Platform's server understand config.ml, by two variables that the server gets when it starts.",
  "mirageos.disconnectOcamlPlatform": "Starts the OCaml Platform's server without these variables.",
  "mirageos.showLog": "Shows the extension's log: what was found, and which environment is used.",
  "mirageos.hostAdd":
    "Adds a host with albatross: prompts for its address, the CA certificate of its server, and your certificate and key, and stores them in your settings without secrets.",
  "mirageos.hostRemove": "Removes a host from the settings. Nothing changes on the host itself.",
  "mirageos.hostConnect":
    "Connects to a host that the settings of the workspace name. A row of the Hosts view.",
  "mirageos.hostPassphrase":
    "Stores the passphrase of a host's key in the secret storage of VS Code. In the menu of a host in the Hosts view.",
  "mirageos.hostSettings": "Opens the setting with the hosts. In the menu of a host in the Hosts view.",
  "mirageos.hostsRefresh":
    "Reads again what the hosts run. The Hosts view does this every 5 seconds while it is visible.",
  "mirageos.hostDeploy":
    "Builds the unikernel if needed, shows what will be sent to a host, sends it once you agree, and follows its console.",
  "mirageos.hostDeployAgain":
    "Builds the unikernel if needed and sends it to the host of its last deployment, with the same memory, CPUs, arguments and devices.",
  "mirageos.hostDeployAfterBuild":
    "Deploys a unikernel again whenever its image has changed. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostStopDeployAfterBuild":
    "No longer deploys a unikernel after each build. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostConsole":
    "Shows the console of a unikernel on a host in the log panel: its history, and then each line as it is printed.",
  "mirageos.hostStopConsole": "Stops following a console. In the menu of a unikernel in the Hosts view.",
  "mirageos.hostRestart": "Restarts a unikernel on a host with the arguments that it has.",
  "mirageos.hostDestroy": "Ends a unikernel on a host, after a confirmation that names the host.",
  "mirageos.hostArguments": "Restarts a unikernel on a host with other arguments.",
  "mirageos.hostDownload": "Downloads the image of a unikernel that runs on a host.",
  "mirageos.hostAddBlock": "Adds a block device on a host.",
  "mirageos.hostRemoveBlock":
    "Removes a block device of a host with its data, after a confirmation. In the menu of a block device in the Hosts view.",
};

const scopes: Readonly<Record<string, string>> = {
  resource: "folder",
  "machine-overridable": "machine, can be overridden",
};

/** The page that contains each table, by the table's name. */
export const pages: ReadonlyMap<string, string> = new Map([
  ["commands", "docs/commands.md"],
  ["templates", "docs/templates-and-snippets.md"],
  ["task properties", "docs/tasks.md"],
  ["launch properties", "docs/launching.md"],
  ["settings", "docs/settings.md"],
  ["tools", "docs/language-models.md"],
  ["snippets", "docs/templates-and-snippets.md"],
]);

/** Returns the Markdown tables by their names. */
export async function readTables(): Promise<ReadonlyMap<string, string>> {
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
          [textOf(schema), ...valueTexts(schema)].join(" "),
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

/**
 * Returns the text of each page with current tables, by its relative path. Throws with the name of a table
 * whose marks are missing.
 */
export async function filledPages(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [name, lines] of await readTables()) {
    const page = pages.get(name);
    if (page === undefined) throw new Error(`The table of ${name} has no page.`);
    const text = texts.get(page) ?? (await readFile(join(root, page), "utf8"));
    texts.set(page, withTable(text, name, lines, page));
  }
  return texts;
}

function withTable(text: string, name: string, lines: string, page: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${page} has no marks for the table of ${name}: ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${lines}\n\n${text.slice(to)}`;
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
  // The second alternative is always a string with a variable, such as `${input:target}`.
  if (anyOf?.[0]) return valuesOf(anyOf[0]);
  const type = typeof types === "object" ? types[0] : types;
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  const names: Readonly<Record<string, string>> = {
    array: "array of strings",
    boolean: "`true`, `false`",
    integer: "number",
    object: "object",
  };
  return names[type ?? ""] ?? "string";
}

function textOf({ description, markdownDescription }: Schema): string {
  return withoutLinks(markdownDescription ?? description ?? "");
}

/** Returns the meaning of each value of an enumeration, as `value`: meaning. */
function valueTexts({ enum: values = [], enumDescriptions, markdownEnumDescriptions }: Schema): string[] {
  const texts = markdownEnumDescriptions ?? enumDescriptions ?? [];
  return values.map((value, i) => `\`${value}\`: ${withoutLinks(texts[i] ?? "").replace(/\.$/, "")}.`);
}

/** Removes the marks of links to settings, which VS Code writes as `#a.b#`. */
const withoutLinks = (text: string): string => text.replace(/`#([\w.]+)#`/g, "`$1`");

async function readSnippets(paths: readonly string[]): Promise<string[][]> {
  const rows = await Promise.all(
    paths.map(async (path) => {
      const source = await readFile(join(root, path), "utf8");
      // VS Code allows trailing commas in these files, and the formatter adds them.
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
  for (const [page, text] of await filledPages()) await writeFile(join(root, page), text);
}
