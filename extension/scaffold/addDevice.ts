import type { Application, ConfigSource, MainCall } from "../mirage/config/dslCalls.ts";
import { appliesMain } from "../mirage/config/parseConfig.ts";
import { deviceTypes } from "../mirage/deviceTypes.ts";
import { insertionPoint, surplusType, type Edit } from "../mirage/config/mismatchFixes.ts";
import { providersOf } from "../mirage/modules.ts";
import { packageEdits } from "../mirage/config/packageEdits.ts";
import { moduleAt, type SourceModule } from "../ocaml/functors.ts";
import type { DeviceTemplate } from "../mirage/deviceTemplates.ts";
import { wrapInFunctor } from "./wrapInFunctor.ts";
import { t } from "../protocol/l10n.ts";

/** The two files of a unikernel: their texts and what was parsed from them. */
export interface UnikernelTexts {
  readonly config: { readonly text: string; readonly read: ConfigSource };
  /** Returns the file of a module; undefined if it does not exist. */
  readonly source: (module: string) => { readonly text: string; readonly read: SourceModule } | undefined;
}

/** The edits that add a device. `module` is the module of the file that `source` edits change. */
export type Addition =
  | { readonly kind: "edits"; readonly module: string; readonly edits: readonly Edit[] }
  | { readonly kind: "impossible"; readonly reason: string };

export const impossible = (reason: string): Addition => ({ kind: "impossible", reason });

/**
 * Computes the edits that add a device after the existing ones: in config.ml a binding, an operand of the type, an
 * argument, and the package with the interface; in the source file a functor parameter and a parameter of `start`. A
 * file without a functor becomes one. Returns the reason if the text is not understood well enough.
 */
export function deviceEdits({ config, source }: UnikernelTexts, device: DeviceTemplate): Addition {
  const { read, text } = config;
  const type = deviceTypes[device.type];
  if (!type) return impossible(t("Devices of type {0} are not supported.", device.type));
  const found = mainOf(read);
  if (!found) return impossible(t("config.ml has no call of main that is passed to register."));
  const { main, application } = found;
  if (!main.parameters || !main.type)
    return impossible(t("The type of main isn't written in config.ml. Write it there first."));
  if (!main.typeInPlace && read.mains.length > 1)
    return impossible(t("Several calls share the type of main. Write it in the call first."));
  const [file = "", ...path] = main.module.value.split(".");
  const opened = source(file);
  if (!opened) return impossible(t("There is no {0} next to config.ml.", `${file.toLowerCase()}.ml`));
  const module = moduleAt(opened.read, path);
  if (!module) return impossible(t("{0} has no module {1}.", `${file.toLowerCase()}.ml`, path.join(".")));
  if (!module.parameters || module.parameters.some(({ name }) => name === undefined))
    return impossible(t("The functor header of {0} can't be parsed. Fix it first.", main.module.value));
  if (module.parameters.length !== main.parameters.length)
    return impossible(t("config.ml and the functor don't match. Fix that first."));

  const sourceEdits =
    module.name === ""
      ? wrapInFunctor(opened.text, opened.read, type)
      : surplusType(
          {
            main,
            module,
            given: [
              ...main.parameters.map((each) => ({ ...each, type: undefined })),
              { name: device.type, span: main.type, type: device.type },
            ],
            isFree: () => true,
            application,
            file: `${file.toLowerCase()}.ml`,
          },
          [main.parameters.length],
        ).find(({ edits }) => edits.every((edit) => edit.file === "source"))?.edits;
  if (!sourceEdits || sourceEdits.length === 0)
    return impossible(t("Can't add a parameter to the start function of {0}.", main.module.value));

  const { binding, name } = bindingOf(config, device);
  const bindingOffset = binding === undefined ? undefined : itemBefore(text, found.register);
  const renamed: Edit[] =
    module.name === "" ? [{ file: "config", span: insertionPoint(main.module.span.end), text: ".Main" }] : [];
  const [provider] = providersOf(type.signature.split(".")[0] ?? "", new Map());
  const packageChanges = (provider && packageEdits(read, provider)) ?? [];
  return {
    kind: "edits",
    module: file,
    edits: [
      ...packageChanges.map((edit): Edit => ({ file: "config", ...edit })),
      ...renamed,
      typeEdit(main, typeNameIn(read, device.type, main.type.start)),
      ...(binding !== undefined && bindingOffset !== undefined
        ? [{ file: "config" as const, span: insertionPoint(bindingOffset), text: binding }]
        : []),
      { file: "config", span: insertionPoint(endOf(application)), text: ` $ ${name}` },
      ...sourceEdits,
    ],
  };
}

/** The first `main` that `register` applies, with its application and the offset of that `register`. */
export function mainOf(
  read: ConfigSource,
): { readonly main: MainCall; readonly application: Application; readonly register: number } | undefined {
  for (const register of read.registers)
    for (const application of register.jobs) {
      const main = read.mains.findLast(
        (each) => appliesMain(application, each) && each.parameters?.length === application.arguments.length,
      );
      if (main) return { main, application, register: register.word.start };
    }
  return undefined;
}

/** A type of mirage as config.ml can write it, also where the file has a type of its own with that name. */
function typeNameIn({ bound, origins }: ConfigSource, type: string, offset: number): string {
  return bound.has(type) || !origins.isMirageName(type, offset) ? `Mirage.${type}` : type;
}

function typeEdit(main: MainCall, type: string): Edit {
  // `job` alone has no parentheses.
  if (main.parameters?.length === 0 && main.type?.start === main.result && main.typeInPlace)
    return { file: "config", span: main.type, text: `(${type} @-> job)` };
  return { file: "config", span: insertionPoint(main.result), text: `${type} @-> ` };
}

const endOf = ({ arguments: operands, functor }: Application): number =>
  (operands.at(-1) ?? functor).span.end;

/** The `let` of the device as its own line, and the name to use. An existing stack is reused. */
function bindingOf(
  { read }: UnikernelTexts["config"],
  device: DeviceTemplate,
): { readonly binding: string | undefined; readonly name: string } {
  const [net = "default_network"] = [...read.aliases].find(([, { of }]) => of === "default_network") ?? [];
  const stack = [...read.calls].find(([, called]) => called === "generic_stackv4v6")?.[0];
  if (device.expression === "STACK" && stack !== undefined) return { binding: undefined, name: stack };
  if (device.expression === "NET") return { binding: undefined, name: net };
  const newStack = qualified("generic_stackv4v6 NET", read.bound).replaceAll("NET", net);
  const lines: string[] = [];
  let stackName = stack;
  if (stack === undefined && /STACK/.test(device.expression) && device.expression !== "STACK") {
    stackName = freeBinding("stack", read.bound);
    lines.push(`let ${stackName} = ${newStack}`);
  }
  const name = freeBinding(device.binding, read.bound);
  const expression = qualified(device.expression, read.bound)
    .replaceAll("STACK", device.expression === "STACK" ? newStack : (stackName ?? ""))
    .replaceAll("NET", net);
  lines.push(`let ${name} = ${expression}`);
  return { binding: lines.map((line) => `${line}\n`).join(""), name };
}

/** Qualifies the names of a DSL expression with `Mirage` if config.ml binds them to something else. */
export function qualified(expression: string, bound: ReadonlyMap<string, unknown>): string {
  return expression.replace(/(?<![\w."~:])[a-z]\w*/g, (name) => (bound.has(name) ? `Mirage.${name}` : name));
}

/** The name, with a number if config.ml binds it already. */
export function freeBinding(name: string, bound: ReadonlyMap<string, unknown>): string {
  let found = name;
  for (let i = 2; bound.has(found); i++) found = `${name}${i}`;
  return found;
}

/** The start of the top-level item that contains the offset: the last line before it that starts with `let`. */
export function itemBefore(text: string, offset: number): number {
  const starts = [...text.slice(0, offset).matchAll(/^let\b/gm)];
  return starts.at(-1)?.index ?? offset;
}
