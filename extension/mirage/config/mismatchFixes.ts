import type { Operand } from "./dslCalls.ts";
import type { Application, MainCall } from "./dslCalls.ts";
import { deviceTypes, typeOfSignature } from "../deviceTypes.ts";
import type { Span } from "../../ocaml/brackets.ts";
import type { StartFunction } from "../../ocaml/startFunction.ts";
import type { SourceModule } from "../../ocaml/functors.ts";
import { t } from "../../protocol/l10n.ts";

/** An edit of config.ml or of the unikernel's source. An empty span inserts. */
export interface Edit {
  readonly file: "config" | "source";
  readonly span: Span;
  readonly text: string;
}

export interface MismatchFix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** A device that a `main` gets. */
export interface GivenDevice extends Operand {
  /** Its type of mirage, if a combinator of mirage makes it: only then its module is known. */
  readonly type: string | undefined;
}

/** A `main` of config.ml beside the module that it names. */
export interface MainAndModule {
  readonly main: MainCall;
  readonly module: SourceModule;
  readonly given: readonly GivenDevice[];
  /** Whether a name of mirage has its meaning in this config.ml, so that a fix can use it. */
  readonly isFree: (name: string) => boolean;
  readonly application: Application | undefined;
  readonly file: string;
}

/** An operand as messages call it. */
export const operandName = (operand: Operand | undefined) => operand?.name ?? t("this type");

/** A place where something is inserted. */
export const insertionPoint = (at: number): Span => ({ start: at, end: at });

/** Fixes of a config.ml that has more: add parameters to the functor, or take the types away. */
export function surplusType(
  { main, module, given, application, file }: MainAndModule,
  places: readonly number[],
): MismatchFix[] {
  const first = places[0] ?? 0;
  const operands = places.flatMap((place) => given[place] ?? []);
  const fixes: MismatchFix[] = [];
  const types = operands.flatMap(({ type }) => (type !== undefined && deviceTypes[type]) || []);
  const parameters = module.parameters ?? [];
  if (types.length === operands.length && module.name !== "") {
    const taken = new Set(parameters.map(({ name }) => name));
    const names = types.map((each) => free(each.parameter, taken));
    const headers = types.map((each, i) => `(${names[i]} : ${each.signature})`).join(" ");
    const before = parameters[first];
    const inserted: Edit = before
      ? { file: "source", span: insertionPoint(before.span.start), text: `${headers} ` }
      : {
          file: "source",
          span: insertionPoint(module.insertAt),
          text: module.keyword ? `functor ${headers} -> ` : ` ${headers}`,
        };
    const values = names.map((name) => `_${name.toLowerCase()}`).join(" ");
    const edits = [inserted, ...startParameters(module.start, first, parameters.length, values)];
    const last = types.map(({ signature }) => signature).join(", ");
    fixes.push({ title: t("Add a parameter ({0}) to {1} in {2}", last, module.name, file), edits });
  }
  if (main.typeInPlace) {
    const edits = places.flatMap((place) => removeType(main, place, application));
    fixes.push({
      title: t("Remove {0} from the type in config.ml", operands.map(operandName).join(", ")),
      edits,
    });
  }
  return fixes;
}

/** Fixes of a functor that has more: add types in config.ml, or take the parameters away. */
export function surplusParameter(
  { main, module, isFree, application, file }: MainAndModule,
  places: readonly number[],
): MismatchFix[] {
  const parameters = places.flatMap((place) => module.parameters?.[place] ?? []);
  const fixes: MismatchFix[] = [];
  const names = parameters.flatMap(({ signature }) =>
    signature === undefined ? [] : (typeOfSignature(signature) ?? []),
  );
  const devices = names.map((name) => deviceTypes[name]?.device);
  const words = devices.flatMap((device) => device?.replace(/"[^"]*"/g, "").match(/[a-z]\w*/g) ?? []);
  const areFree = [...names, ...words].every(isFree);
  if (names.length === parameters.length && areFree && main.typeInPlace && main.type) {
    const first = places[0] ?? 0;
    const edits = [
      addTypes(main, first, names),
      ...(devices.every((device) => device !== undefined) ? addArguments(application, first, devices) : []),
    ];
    fixes.push({ title: t("Add {0} to the type in config.ml", names.join(", ")), edits });
  }
  if (!module.keyword) {
    const all = module.parameters ?? [];
    const positional = module.start?.parameters.length === all.length ? module.start.parameters : undefined;
    const edits = places.flatMap((place): Edit[] => {
      const [parameter, argument] = [all[place], positional?.[place]];
      if (!parameter) return [];
      const from = all[place - 1]?.span.end ?? module.nameSpan.end;
      const header: Edit = { file: "source", span: { start: from, end: parameter.span.end }, text: "" };
      if (!argument) return [header];
      // Without a parameter, `start` would be a value, which runs when the program is loaded.
      const text = all.length === places.length && place === places[0] ? "()" : "";
      const start =
        text === ""
          ? (positional?.[place - 1]?.span.end ?? module.start?.nameSpan.end ?? argument.span.start)
          : argument.span.start;
      return [header, { file: "source", span: { start, end: argument.span.end }, text }];
    });
    fixes.push({
      title: t(
        "Remove the parameter {0} of {1} in {2}",
        parameters.map(({ name }) => name).join(", "),
        module.name,
        file,
      ),
      edits,
    });
  }
  return fixes;
}

function free(name: string, taken: Set<string | undefined>): string {
  let found = name;
  for (let i = 2; taken.has(found); i++) found = `${name}${i}`;
  taken.add(found);
  return found;
}

/** Edits that add parameters to `start`, if it has one for each parameter of the functor. */
function startParameters(
  start: StartFunction | undefined,
  place: number,
  functors: number,
  names: string,
): Edit[] {
  if (!start || start.further > 0) return [];
  const [first] = start.parameters;
  if (functors === 0 && start.parameters.length === 1 && first?.text === "()")
    return [{ file: "source", span: first.span, text: names }];
  if (start.parameters.length < functors) return [];
  const before = start.parameters[place];
  return [
    before
      ? { file: "source", span: insertionPoint(before.span.start), text: `${names} ` }
      : { file: "source", span: insertionPoint(start.insertAt), text: ` ${names}` },
  ];
}

function removeType(main: MainCall, place: number, application: Application | undefined): Edit[] {
  const operand = main.parameters?.[place];
  const next = main.parameters?.[place + 1];
  if (!operand || !main.type) return [];
  const argument = application?.arguments[place];
  const before = application?.arguments[place - 1]?.span.end ?? application?.functor.span.end;
  return [
    { file: "config", span: { start: operand.span.start, end: next?.span.start ?? main.result }, text: "" },
    ...(argument && before !== undefined
      ? [{ file: "config" as const, span: { start: before, end: argument.span.end }, text: "" }]
      : []),
  ];
}

function addTypes(main: MainCall, place: number, names: readonly string[]): Edit {
  const given = main.parameters ?? [];
  const text = names.map((name) => `${name} @-> `).join("");
  // `job` alone stands without parentheses.
  if (given.length === 0 && main.type?.start === main.result)
    return { file: "config", span: main.type, text: `(${text}job)` };
  return { file: "config", span: insertionPoint(given[place]?.span.start ?? main.result), text };
}

function addArguments(
  application: Application | undefined,
  place: number,
  devices: readonly string[],
): Edit[] {
  if (!application) return [];
  const at = application.arguments[place - 1]?.span.end ?? application.functor.span.end;
  return [
    { file: "config", span: insertionPoint(at), text: devices.map((device) => ` $ ${device}`).join("") },
  ];
}
