import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { englishManifest } from "../scripts/manifest.ts";
import { needs } from "./walkthrough/installPlan.ts";
import { milestones } from "./walkthrough/milestones.ts";
import { settingDefaults } from "./platform/settingsTable.ts";
import { buildModes } from "./launch/configuration/launchConfiguration.ts";
import { checkSetup, problems } from "./platform/errors.ts";
import { goals } from "./pipeline/goals.ts";
import { targetIds } from "./mirage/targets.ts";

interface Property {
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  /** Of a launch configuration: values, and texts with variables. */
  readonly anyOf?: readonly Property[];
}

interface Properties {
  readonly [name: string]: Property;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: unknown;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
    readonly menus: Readonly<
      Record<
        string,
        readonly {
          readonly command?: string;
          readonly submenu?: string;
          readonly when?: string;
          readonly group?: string;
        }[]
      >
    >;
    readonly submenus: readonly { readonly id: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly when?: string;
        readonly media:
          | { readonly image: Readonly<Record<string, string>>; readonly altText: string }
          | { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly debuggers: readonly {
      readonly type: string;
      readonly configurationAttributes: { readonly launch: { readonly properties: Properties } };
    }[];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly inputSchema: { readonly properties: Properties };
    }[];
    readonly taskDefinitions: readonly { readonly type: string; readonly properties: Properties }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest: Manifest = englishManifest();
const { commands, menus, submenus, views, viewsContainers, viewsWelcome, taskDefinitions, configuration } =
  manifest.contributes;
const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

const sources = globSync("{extension,language-bridge}/**/*.ts", { cwd: root })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(root, file), "utf8"));

/** The first group of every match in the sources. */
const inSources = (pattern: RegExp): Set<string> =>
  new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? "")));

const declared = new Set(commands.map(({ command }) => command));
const sorted = (items: Iterable<string>) => [...items].toSorted();

/** The ids of commands that sources register: keys of the table of commands, and the values of the goals' table. */
const registered = new Set([
  ...inSources(/^\s+"(mirageos\.\w+)": (?:async )?(?:\(|stop)/gm),
  ...inSources(/^\s+"?[\w-]+"?: "(mirageos\.\w+)",$/gm),
]);

/** The settings that sources use, by calls of `getSetting`, `updateSetting` and `affectsSettings`. */
function usedSettings(): Set<string> {
  const names = new Set<string>();
  const known = Object.keys(settingDefaults);
  for (const text of sources)
    for (const [, list = ""] of text.matchAll(/\b(?:getSetting|updateSetting|affectsSettings)\(([^)]*)\)/g))
      for (const [, name = ""] of list.matchAll(/"(\w+)"/g))
        if (known.includes(name)) names.add(`mirageos.${name}`);
  // The parameter of a function can select the setting.
  for (const name of inSources(/\bsetting: ("\w+"(?: \| "\w+")*)/g))
    for (const [, word = ""] of name.matchAll(/"(\w+)"/g))
      if (known.includes(word)) names.add(`mirageos.${word}`);
  return names;
}

describe("package.json and the code", () => {
  it("have the same commands", () => {
    assert.deepEqual(sorted(declared), sorted(registered));
  });

  it("mention only existing commands: menus, welcome texts, messages, code", () => {
    const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    const inWelcome = viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/command:([\w.]+)/g)].map((match) => match[1]),
    );
    const inSteps = steps.flatMap(({ description }) =>
      [...description.matchAll(/command:([\w.]+)/g)].map((match) => match[1]),
    );
    const made = [
      problems.untrusted(),
      problems.unexpected("no"),
      problems.noUnikernel(),
      problems.toolMissing("mirage"),
      problems.toolFailed("mirage", "no"),
      problems.switchUnusable("a", "no"),
      problems.noImage("unix"),
      problems.optionsUnreadable("a", "no"),
      problems.bootByHand("xen", [], ""),
      problems.notBootable("no"),
    ];
    const inMessages = [checkSetup, ...made.flatMap(({ actions }) => actions)].map((action) =>
      "command" in action ? action.command : undefined,
    );
    const inCode = inSources(/(?:executeCommand\(|command: )"(mirageos\.\w+)"/g);
    const mentioned = [...inMenus, ...inWelcome, ...inSteps, ...inMessages, ...inCode].filter(
      (id) => id !== undefined && id.startsWith("mirageos."),
    );
    assert.ok(mentioned.length > 20);
    assert.deepEqual(
      mentioned.filter((id) => id !== undefined && !declared.has(id)),
      [],
    );
  });

  it("show the buttons of a preview of changes in the title bar of its editor", () => {
    const title = manifest.contributes.menus["editor/title"] ?? [];
    for (const command of ["mirageos.applyChanges", "mirageos.discardChanges"]) {
      const entry = title.find((each) => each.command === command);
      assert.ok(entry, command);
      assert.match(entry.when ?? "", /activeEditor == multiDiffEditor/);
      assert.match(entry.group ?? "", /^navigation/);
    }
  });

  it("have the same views and submenus", () => {
    const shown = Object.values(views).flatMap((list) => list.map(({ id }) => id));
    assert.deepEqual(
      sorted(shown),
      sorted(inSources(/(?:createTreeView(?:<\w+>)?\(|const \w+View(?:Id)? = )"([\w.]+)"/g)),
    );
    // VS Code's own view "debug" can be added to as well.
    for (const { view } of viewsWelcome) assert.ok([...shown, "debug"].includes(view), view);
    for (const container of Object.keys(views))
      assert.ok(
        Object.values(viewsContainers).some((list) => list.some(({ id }) => id === container)),
        container,
      );
    const used = Object.values(menus).flatMap((items) => items.flatMap(({ submenu }) => submenu ?? []));
    assert.deepEqual(
      sorted(used),
      submenus.map(({ id }) => id),
    );
    for (const { id } of submenus) assert.ok(menus[id], `${id} has entries`);
  });

  it("agree on the context keys", () => {
    const clauses = [
      ...commands.map(({ enablement }) => enablement),
      ...Object.values(menus).flatMap((items) => items.map(({ when }) => when)),
      ...viewsWelcome.map(({ when }) => when),
      ...steps.flatMap(({ completionEvents }) => completionEvents),
    ].join(" && ");
    // What follows `view ==` is a view.
    const asked = new Set([...clauses.matchAll(/(?<!== )\bmirageos\.(\w+)/g)].map((match) => match[1] ?? ""));
    const set = new Set([...inSources(/\bset(?:Key)?\(\s*"(\w+)"/g), ...milestones]);
    assert.deepEqual(sorted(asked), sorted(set));
  });

  it("complete each walkthrough step by a context key, and have its pictures", () => {
    assert.ok(steps.length > 10);
    for (const { id, completionEvents, media } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) assert.match(event, /^onContext:\S/, id);
      const files = "image" in media ? Object.values(media.image) : [media.markdown];
      for (const file of files) assert.ok(existsSync(join(root, file)), file);
      if ("image" in media) assert.ok(media.altText.length > 20, id);
    }
  });

  it("give the walkthrough's buttons arguments that are understood", () => {
    const given = steps.flatMap(({ description }) =>
      [...description.matchAll(/command:mirageos\.installTools\?([^)]*)\)/g)].flatMap((match): unknown[] =>
        JSON.parse(decodeURIComponent(match[1] ?? "")),
      ),
    );
    assert.deepEqual(sorted(given.map(String)), sorted(needs));
  });

  it("agree on the goals and targets of tasks", () => {
    const [task, ...others] = taskDefinitions;
    assert.ok(task);
    assert.deepEqual(others, []);
    assert.deepEqual(sorted(task.properties["goal"]?.enum ?? []), sorted(goals));
    assert.equal(task.properties["goal"]?.enumDescriptions?.length, goals.length);
    assert.deepEqual(sorted(task.properties["target"]?.enum ?? []), sorted(targetIds));
    const read = inSources(/definition\["(\w+)"\]/g);
    assert.deepEqual(sorted(Object.keys(task.properties)), sorted(read));
    assert.ok(inSources(/registerTaskProvider\("(\w+)"/g).has(task.type));
    assert.ok(manifest.activationEvents.includes(`onTaskType:${task.type}`));
  });

  it("agree on the tools for language models", () => {
    const tools = manifest.contributes.languageModelTools.map(({ name }) => name);
    assert.deepEqual(sorted(tools), sorted(inSources(/^ {4}(mirageos_\w+): /gm)));
    for (const { inputSchema } of manifest.contributes.languageModelTools) {
      const { target, comparedWith } = inputSchema.properties;
      if (target) assert.deepEqual(target.enum, targetIds);
      if (comparedWith) assert.deepEqual(comparedWith.enum, targetIds);
    }
  });

  it("agree on the attributes of launch configurations", () => {
    const [debug, ...others] = manifest.contributes.debuggers;
    assert.ok(debug);
    assert.deepEqual(others, []);
    const { properties } = debug.configurationAttributes.launch;
    assert.deepEqual(sorted(properties["target"]?.anyOf?.[0]?.enum ?? []), sorted(targetIds));
    assert.deepEqual(properties["build"]?.anyOf?.[0]?.enum, buildModes);
    const parser = readFileSync(
      new URL("launch/configuration/launchConfiguration.ts", import.meta.url),
      "utf8",
    );
    const read = parser.matchAll(/\b(?:raw\["|texts?\("|flag\("|listen\("|devices\(raw, ")(\w+)"/g);
    assert.deepEqual(
      sorted(Object.keys(properties)),
      sorted(new Set([...read].map(([, name = ""]) => name))),
    );
    for (const event of ["onDebugResolve", "onDebugDynamicConfigurations"])
      assert.ok(manifest.activationEvents.includes(`${event}:${debug.type}`));
  });

  it("have the same settings, each with a scope", () => {
    assert.deepEqual(sorted(Object.keys(configuration.properties)), sorted(usedSettings()));
    for (const [name, { scope }] of Object.entries(configuration.properties))
      assert.ok(["machine-overridable", "resource"].includes(scope), name);
  });

  it("keep an untrusted workspace from naming programs and from running them", () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, "limited");
    const programs = Object.entries(configuration.properties).filter(
      ([, { scope }]) => scope === "machine-overridable",
    );
    assert.deepEqual(sorted(restrictedConfigurations), sorted(programs.map(([name]) => name)));
    const harmless = new Set([
      "mirageos.addDevContainer",
      "mirageos.addDevice",
      "mirageos.addMonitoring",
      "mirageos.addSyslog",
      "mirageos.addWorkflow",
      "mirageos.applyChanges",
      "mirageos.checkSetup",
      "mirageos.clearLogs",
      "mirageos.copyPackage",
      "mirageos.copySetupReport",
      "mirageos.discardChanges",
      "mirageos.disconnectOcamlPlatform",
      "mirageos.getStarted",
      "mirageos.goToCrash",
      "mirageos.hostSettings",
      "mirageos.imagePath",
      "mirageos.makeBootTest",
      "mirageos.manifestPath",
      "mirageos.migrate",
      "mirageos.newUnikernel",
      "mirageos.openConfig",
      "mirageos.openPackagePage",
      "mirageos.openUnikernel",
      "mirageos.refresh",
      "mirageos.reportIssue",
      "mirageos.resetOptions",
      "mirageos.revealImage",
      "mirageos.revealInExplorer",
      "mirageos.revealInGraph",
      "mirageos.revealPackage",
      "mirageos.select",
      "mirageos.selectSwitch",
      "mirageos.selectTarget",
      "mirageos.selectUnikernel",
      "mirageos.showAnotherGraph",
      "mirageos.showDependencies",
      "mirageos.showGraph",
      "mirageos.showImage",
      "mirageos.showLanguageServerOutput",
      "mirageos.showLog",
      "mirageos.showLogs",
      "mirageos.showMetrics",
      "mirageos.showTestRecord",
      "mirageos.stop",
      "mirageos.target",
      "mirageos.tender",
      "mirageos.toggleInlineLogs",
    ]);
    for (const { command, enablement } of commands)
      if (!harmless.has(command)) assert.match(enablement ?? "", /isWorkspaceTrusted/, command);
  });
});
