/**
 * Writes the tables of commands, templates, task and launch properties, settings, snippets and language model
 * tools to the pages in docs/, between `<!-- NAME -->` and `<!-- end of NAME -->`. The contents come from
 * package.json, the index of templates and the snippets.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readIndex } from "../extension/scaffold/templates.ts";
import { commandTexts } from "./commandTexts.ts";
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
