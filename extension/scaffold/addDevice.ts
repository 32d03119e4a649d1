import type { Application, ConfigSource, MainCall } from "../../language-bridge/configSource.ts";
import { deviceTypes } from "../../language-bridge/deviceTypes.ts";
import { empty, surplusType, type Edit } from "../../language-bridge/mismatchFixes.ts";
import { providersOf } from "../../language-bridge/modules.ts";
import { packageEdits } from "../../language-bridge/packageEdits.ts";
import { moduleAt, type SourceModule } from "../../language-bridge/unikernelSource.ts";
import type { DeviceOffer } from "./offers.ts";
import { intoFunctor } from "./intoFunctor.ts";
import { t } from "../platform/l10n.ts";

/** The two files of a unikernel: text and what was read from it. */
export interface UnikernelTexts {
  readonly config: { readonly text: string; readonly read: ConfigSource };
  /** The file with the functor; undefined where `source` names no file that is there. */
  readonly source: (module: string) => { readonly text: string; readonly read: SourceModule } | undefined;
}

/** The changes that add a device; `module` is the name of the file's module that `source` edits change. */
export type Addition =
  | { readonly kind: "edits"; readonly module: string; readonly edits: readonly Edit[] }
  | { readonly kind: "impossible"; readonly reason: string };

const impossible = (reason: string): Addition => ({ kind: "impossible", reason });

/**
 * Adds a device after those that are there: a binding, an operand of the type, an argument, and the
 * package with the interface in config.ml; a functor parameter and a parameter of `start` in the other
 * file. A file that is no functor so far becomes one. What cannot be told from the text is left alone,
 * with the reason.
 */
export function addDevice({ config, source }: UnikernelTexts, device: DeviceOffer): Addition {
  const { read, text } = config;
  const type = deviceTypes[device.type];
  if (!type) return impossible(t("Nothing is known of devices of type {0}.", device.type));
  const found = mainOf(read);
  if (!found)
    return impossible(t("config.ml has no call of main that register uses, so there is nothing to add to."));
  const { main, application } = found;
  if (!main.parameters || !main.type)
    return impossible(
      t("The type of main in config.ml is not written out, so no device can be added to it."),
    );
  if (!main.typeInPlace && read.mains.length > 1)
    return impossible(t("The type of main is shared by several calls: write it out in the call first."));
  const [file = "", ...path] = main.module.value.split(".");
  const opened = source(file);
  if (!opened) return impossible(t("There is no {0} beside config.ml.", `${file.toLowerCase()}.ml`));
  const module = moduleAt(opened.read, path);
  if (!module) return impossible(t("{0} has no module {1}.", `${file.toLowerCase()}.ml`, path.join(".")));
  if (!module.parameters || module.parameters.some(({ name }) => name === undefined))
    return impossible(
      t("The header of {0} cannot be read, so no parameter can be added to it.", main.module.value),
    );
  if (module.parameters.length !== main.parameters.length)
    return impossible(t("config.ml and the functor do not agree at the moment: mend that first."));

  const sourceEdits =
    module.name === ""
      ? intoFunctor(opened.text, opened.read, type)
      : surplusType(
          {
            main: { ...main, parameters: [...main.parameters, { name: device.type, span: main.type }] },
            module,
            application,
            file: `${file.toLowerCase()}.ml`,
          },
          [main.parameters.length],
        ).find(({ edits }) => edits.every((edit) => edit.file === "source"))?.edits;
  if (!sourceEdits || sourceEdits.length === 0)
    return impossible(t("The start function of {0} cannot be given another parameter.", main.module.value));

  const { binding, name } = bindingOf(config, device);
  const top = binding === undefined ? undefined : itemBefore(text, found.register);
  const named: Edit[] =
    module.name === "" ? [{ file: "config", span: empty(main.module.span.end), text: ".Main" }] : [];
  const [provider] = providersOf(type.signature.split(".")[0] ?? "", new Map());
  const packaged = (provider && packageEdits(read, provider)) ?? [];
  return {
    kind: "edits",
    module: file,
    edits: [
      ...packaged.map((edit): Edit => ({ file: "config", ...edit })),
      ...named,
      typeEdit(main, device.type),
      ...(binding !== undefined && top !== undefined
        ? [{ file: "config" as const, span: empty(top), text: binding }]
        : []),
      { file: "config", span: empty(endOf(application)), text: ` $ ${name}` },
      ...sourceEdits,
    ],
  };
}

/** The first main that `register` applies, with its application and where that register stands. */
function mainOf(
  read: ConfigSource,
): { readonly main: MainCall; readonly application: Application; readonly register: number } | undefined {
  for (const register of read.registers)
    for (const application of register.jobs) {
      const main = read.mains.findLast(
        ({ binding, parameters }) =>
          binding !== undefined &&
          binding === application.functor.name &&
          parameters?.length === application.arguments.length,
      );
      if (main) return { main, application, register: register.word.start };
    }
  return undefined;
}

function typeEdit(main: MainCall, type: string): Edit {
  // `job` alone stands without parentheses.
  if (main.parameters?.length === 0 && main.type?.start === main.result && main.typeInPlace)
    return { file: "config", span: main.type, text: `(${type} @-> job)` };
  return { file: "config", span: empty(main.result), text: `${type} @-> ` };
}

const endOf = ({ arguments: given, functor }: Application): number => (given.at(-1) ?? functor).span.end;

/** The `let` of the device, in a line of its own, and the name to use; a stack that is there is used again. */
function bindingOf(
  { text, read }: UnikernelTexts["config"],
  device: DeviceOffer,
): { readonly binding: string | undefined; readonly name: string } {
  const bound = (made: RegExp): string | undefined => {
    const name = made.exec(text)?.[1];
    return name !== undefined && read.bound.has(name) ? name : undefined;
  };
  const net = bound(/^let\s+(\w+)\s*=\s*default_network\s*$/m) ?? "default_network";
  const stack = bound(/^let\s+(\w+)\s*=\s*generic_stackv4v6\b/m);
  if (device.expression === "STACK" && stack !== undefined) return { binding: undefined, name: stack };
  if (device.expression === "NET") return { binding: undefined, name: net };
  const made = ofDsl("generic_stackv4v6 NET", read.bound).replaceAll("NET", net);
  const lines: string[] = [];
  let used = stack;
  if (stack === undefined && /STACK/.test(device.expression) && device.expression !== "STACK") {
    used = freeBinding("stack", read.bound);
    lines.push(`let ${used} = ${made}`);
  }
  const name = freeBinding(device.binding, read.bound);
  const expression = ofDsl(device.expression, read.bound)
    .replaceAll("STACK", device.expression === "STACK" ? made : (used ?? ""))
    .replaceAll("NET", net);
  lines.push(`let ${name} = ${expression}`);
  return { binding: lines.map((line) => `${line}\n`).join(""), name };
}

/** An expression of the DSL, its names through the module where config.ml has bound them to something else. */
function ofDsl(expression: string, bound: ReadonlyMap<string, unknown>): string {
  return expression.replace(/(?<![\w."~:])[a-z]\w*/g, (name) => (bound.has(name) ? `Mirage.${name}` : name));
}

function freeBinding(name: string, bound: ReadonlyMap<string, unknown>): string {
  let found = name;
  for (let i = 2; bound.has(found); i++) found = `${name}${i}`;
  return found;
}

/** Where the item of the file begins that this offset is in: the last line before it that starts with `let`. */
function itemBefore(text: string, offset: number): number {
  const starts = [...text.slice(0, offset).matchAll(/^let\b/gm)];
  return starts.at(-1)?.index ?? offset;
}
