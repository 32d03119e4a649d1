import { readConfigSource } from "../mirage/config/parseConfig.ts";
import type { MainCall } from "../mirage/config/dslCalls.ts";
import { readBrackets, spanContains, type Span } from "../ocaml/brackets.ts";
import { readSource, type SourceModule } from "../ocaml/functors.ts";
import { readCalls } from "./configCalls.ts";
import type { EditedText, TextEdit } from "./editedText.ts";
import { addPackages } from "./addPackages.ts";
import { definitionSpan, elementEdit } from "./keys/keyUses.ts";
import { moduleNamed, usesOf, withBlanksBefore, type MigratedProject } from "./project.ts";

/**
 * Removes the dependencies that mirage has no longer: `nocrypto`, which seeded the random generator in mirage 3
 * (mirage does so itself), and `app_info`, the names of libraries and packages, for which the code gets
 * `dune-build-info`. The list can be the value of `~deps`, or have a name.
 */
export function removeDependencies(project: MigratedProject): void {
  removeDependency(project, "nocrypto");
  removeDependency(project, "app_info");
}

function removeDependency(project: MigratedProject, dependency: string): void {
  const { config } = project;
  const { text } = config;
  const source = readConfigSource(text);
  const [word, ...others] = source.words.filter(({ name }) => name === dependency);
  if (!word || source.bound.has(dependency) || (dependency === "app_info" && others.length > 0)) return;
  for (const main of source.mains) {
    const label = main.labels.get("deps");
    if (!label || !main.isMirage) continue;
    const name = label.value === undefined ? "deps" : text.slice(label.value.start, label.value.end);
    const list = label.elements ? label.value : source.lists.get(name);
    if (!list || !spanContains(list, word.span)) continue;
    const before = text.slice(list.start, word.span.start).split(";").length - 1;
    const count = text
      .slice(list.start, list.end)
      .replace(/;\s*\]$/, "")
      .split(";").length;
    if (dependency === "app_info") {
      const edits = infoEdits(project, main, { before, count });
      if (!edits) return;
      edits.file.apply(edits.edits);
    }
    const binding = readCalls(text).bindings.find((each) => each.name === name);
    const edits: (TextEdit | undefined)[] =
      count > 1 || (!label.elements && usesOf(text, name).length > 1)
        ? [elementEdit(text, word.span)]
        : [
            { span: withBlanksBefore(text, label.span), text: "" },
            label.elements || !binding ? undefined : { span: definitionSpan(text, binding.span), text: "" },
          ];
    config.apply(edits.filter((each) => each !== undefined));
    removeParameter(project, main, { before, count });
    const [again] = readConfigSource(config.text).mains.filter(
      ({ module }) => module.value === main.module.value,
    );
    if (dependency === "app_info" && again)
      config.apply([addPackages(config.text, again, '[ package "dune-build-info" ]')]);
    return;
  }
}

/** The place of a dependency in its list, and the length of the list. */
interface DependencyPlace {
  readonly before: number;
  readonly count: number;
}

/** The parameter of `start` that gets the value of a dependency. Dependencies follow the devices. */
function parameterOf(
  project: MigratedProject,
  { module }: MainCall,
  { before, count }: DependencyPlace,
):
  | { readonly file: EditedText; readonly name: string; readonly span: Span; readonly isOnly: boolean }
  | undefined {
  const [name = "", ...path] = module.value.split(".");
  const file = moduleNamed(project, name)?.edited;
  if (!file) return undefined;
  let found: SourceModule | undefined = readSource(file.text);
  for (const each of path) found = found?.modules.find((inner) => inner.name === each);
  const { start, parameters } = found ?? {};
  if (!start || !parameters || start.parameters.length !== parameters.length + count) return undefined;
  const parameter = start.parameters[parameters.length + before];
  if (!parameter) return undefined;
  return { file, name: parameter.text, span: parameter.span, isOnly: start.parameters.length === 1 };
}

const libraries = "Build_info.V1.Statically_linked_libraries.to_list ()";
const library = "Build_info.V1.Statically_linked_library";
const version = `(match ${library}.version library with None -> "" | Some v -> Build_info.V1.Version.to_string v)`;
/** The fields of the record that `app_info` made, as expressions. */
const infoFields: Readonly<Record<string, string>> = {
  name: "(Mirage_runtime.name ())",
  libraries: `(List.map ${library}.name (${libraries}))`,
  packages: `(List.map (fun library -> (${library}.name library, ${version})) (${libraries}))`,
};

/** The edits that replace the fields of `app_info`, and its parameter. Undefined if the code uses it otherwise. */
function infoEdits(
  project: MigratedProject,
  main: MainCall,
  place: DependencyPlace,
): { readonly file: EditedText; readonly edits: readonly TextEdit[] } | undefined {
  const parameter = parameterOf(project, main, place);
  if (!parameter || !/^[a-z_]\w*$/.test(parameter.name)) return undefined;
  const { file, name, span } = parameter;
  const { tokens, is } = readBrackets(file.text);
  const edits: TextEdit[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.start < span.end || !is(at, name) || is(at - 1, ".")) continue;
    const isLabel = (is(at - 1, "~") || is(at - 1, "?")) && is(at + 1, ":");
    const isField = is(at + 1, ".") && (is(at + 2, "Mirage_info") || is(at + 2, "Mirage_runtime"));
    const [field, text] = [tokens[at + 4], infoFields[tokens[at + 4]?.text ?? ""]];
    if (isLabel) continue;
    // `Logs.info` above is a member of a module; other uses are not replaced.
    if (!isField || !field || text === undefined) return undefined;
    edits.push({ span: { start: token.start, end: field.end }, text });
  }
  if (!name.startsWith("_")) edits.push({ span, text: "_info" });
  return { file, edits };
}

/** Removes the parameter of `start` that got the value of the dependency, if the code does not use it. */
function removeParameter(project: MigratedProject, main: MainCall, place: DependencyPlace): void {
  const parameter = parameterOf(project, main, place);
  if (!parameter || !/^(?:_\w*|\(\))$/.test(parameter.name)) return;
  const { file, span, isOnly } = parameter;
  file.apply([isOnly ? { span, text: "()" } : { span: withBlanksBefore(file.text, span), text: "" }]);
}
