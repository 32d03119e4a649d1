import { readConfigSource } from "../mirage/config/parseConfig.ts";
import type { MainCall } from "../mirage/config/dslCalls.ts";
import { spanContains } from "../ocaml/brackets.ts";
import { readSource, type SourceModule } from "../ocaml/functors.ts";
import { readCalls } from "./configCalls.ts";
import type { TextEdit } from "./editedText.ts";
import { definitionSpan, elementEdit } from "./keys/keyUses.ts";
import { moduleNamed, usesOf, withBlanksBefore, type MigratedProject } from "./project.ts";

/**
 * Removes the dependency on `nocrypto`. In mirage 3 it seeded the random generator, which mirage does itself since
 * mirage 4. Its list can be the value of `~deps`, or have a name.
 */
export function removeNocrypto(project: MigratedProject): void {
  const { config } = project;
  const { text } = config;
  const source = readConfigSource(text);
  const word = source.words.find(({ name }) => name === "nocrypto");
  if (!word || source.bound.has("nocrypto")) return;
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
    return;
  }
}

/** Removes the parameter of `start` that got the value of the dependency, if the code does not use it. */
function removeParameter(
  project: MigratedProject,
  { module }: MainCall,
  { before, count }: { readonly before: number; readonly count: number },
): void {
  const [file = "", ...path] = module.value.split(".");
  const edited = moduleNamed(project, file)?.edited;
  if (!edited) return;
  let found: SourceModule | undefined = readSource(edited.text);
  for (const name of path) found = found?.modules.find((each) => each.name === name);
  const { start, parameters } = found ?? {};
  if (!start || !parameters || start.parameters.length !== parameters.length + count) return;
  const parameter = start.parameters[parameters.length + before];
  if (!parameter || !/^(?:_\w*|\(\))$/.test(parameter.text)) return;
  const isOnly = start.parameters.length === 1;
  const { span } = parameter;
  edited.apply([isOnly ? { span, text: "()" } : { span: withBlanksBefore(edited.text, span), text: "" }]);
}
