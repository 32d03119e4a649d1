import type { Application, ConfigSource, MainCall } from "../../extension/mirage/config/dslCalls.ts";
import { appliesMain } from "../../extension/mirage/config/parseConfig.ts";
import { deviceTypes, isKnownMismatch, typeOfSignature } from "../../extension/mirage/deviceTypes.ts";
import {
  insertionPoint,
  operandName,
  surplusParameter,
  surplusType,
  type GivenDevice,
  type MainAndModule,
  type MismatchFix,
} from "../../extension/mirage/config/mismatchFixes.ts";
import {
  moduleLocation,
  type ModuleLocation,
  type SourceLookup,
} from "../../extension/mirage/config/mainTargets.ts";
import type { Span } from "../../extension/ocaml/brackets.ts";
import { moduleAt, type FunctorParameter, type SourceModule } from "../../extension/ocaml/functors.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** A mismatch between config.ml and a unikernel's module, with the message for each of the two files. */
export interface Mismatch {
  /** The module path of the module's file, such as `Unikernel`, or `Shop.Cart` for a file of a library. */
  readonly file: string;
  readonly kind: "module" | "arity" | "type" | "start";
  readonly config: { readonly span: Span; readonly message: string };
  /** Undefined if nothing in the source file corresponds to it. */
  readonly source: { readonly span: Span; readonly message: string } | undefined;
  readonly fixes: readonly MismatchFix[];
}

type FileMismatch = Omit<Mismatch, "file">;

/** The parsed files of a unikernel. */
export interface ParsedUnikernel {
  readonly config: ConfigSource;
  readonly source: SourceLookup<SourceModule>;
}

/**
 * Compares each `main` of config.ml with the functor that it names: whether the functor exists, has the
 * same number of parameters with fitting module types, and a `start` function with the right number of
 * arguments. Only certain errors are reported; nothing is reported for unknown types or module types, or
 * if the source does not determine a number. A device that config.ml makes itself may have any module.
 */
export function mismatches({ config, source }: ParsedUnikernel): Mismatch[] {
  return config.mains.flatMap((main) => {
    const place = moduleLocation(main.module.value, source);
    const found = place && source(place.file);
    if (!found) return [];
    return mismatchesOf(main, place, found).map((each): Mismatch => ({ ...each, file: place.file }));
  });

  function mismatchesOf(main: MainCall, { file, path }: ModuleLocation, found: SourceModule): FileMismatch[] {
    if (!main.isMirage) return [];
    const module = moduleAt(found, path);
    if (!module) return missingModule(main, file, path, found);
    const { parameters } = module;
    if (!main.parameters || !parameters) return [];
    const given = givenDevices(config, main);
    const isFree = (name: string) =>
      !config.bound.has(name) && config.origins.isMirageName(name, main.span.start);
    const application = applicationOf(config, main);
    const call = { main, module, given, isFree, application, file: fileName(file) };
    const functors = parameters.filter(({ name }) => name !== undefined);
    // mirage passes no device to a generative parameter ().
    if (functors.length !== parameters.length) return [];
    return given.length === functors.length
      ? [...typeMismatches(call, given, functors), ...startMismatches(call, given)]
      : [arityMismatch(call, given, functors)];
  }
}

/** The file name of a module path: `unikernel.ml` for `Unikernel`, `cart.ml` for `Shop.Cart`. */
function fileName(file: string): string {
  const module = file.slice(file.lastIndexOf(".") + 1);
  return `${module.charAt(0).toLowerCase()}${module.slice(1)}.ml`;
}

/** The devices that a `main` gets, with the types of those whose module is known. */
function givenDevices({ origins }: ConfigSource, main: MainCall): readonly GivenDevice[] {
  return (main.parameters ?? []).map((operand, place) => {
    const { name, isLocal, span } = operand;
    const isMirage = name !== undefined && !isLocal && origins.isMirageName(name, span.start);
    const type = isMirage && Object.hasOwn(deviceTypes, name) ? name : undefined;
    return { ...operand, type: type !== undefined && origins.isMirageDevice(main, place) ? type : undefined };
  });
}

/** The application `main $ a $ b`, if it is the only one of this `main` and has as many arguments as the type. */
function applicationOf(config: ConfigSource, main: MainCall): Application | undefined {
  const jobs = config.registers.flatMap((register) => register.jobs);
  const ofMain = jobs.filter((job) => appliesMain(job, main));
  const [application] = ofMain;
  return ofMain.length === 1 && application?.arguments.length === main.parameters?.length
    ? application
    : undefined;
}

function missingModule(
  main: MainCall,
  file: string,
  path: readonly string[],
  found: SourceModule,
): FileMismatch[] {
  const outer = moduleAt(found, path.slice(0, -1));
  if (!outer || outer.open || found.open) return [];
  const name = path.at(-1) ?? "";
  const candidates = [
    ...(path.length === 1 && outer.start ? [file] : []),
    ...outer.modules
      .filter(({ start }) => start)
      .map((each) => [file, ...path.slice(0, -1), each.name].join(".")),
  ];
  return [
    {
      kind: "module",
      config: {
        span: main.module.span,
        message: t(
          "{0} has no module {1}.{2}",
          fileName(file),
          name,
          candidates.length > 0 ? t(" It has a start function in {0}.", candidates.join(", ")) : "",
        ),
      },
      source: undefined,
      fixes: candidates.map((each) => ({
        title: t('Change to "{0}"', each),
        edits: [{ file: "config", span: main.module.span, text: each }],
      })),
    },
  ];
}

const count = (number: number, what: string) =>
  `${number === 0 ? "no" : number} ${what}${number === 1 ? "" : "s"}`;

function arityMismatch(
  call: MainAndModule,
  given: readonly GivenDevice[],
  parameters: readonly FunctorParameter[],
): FileMismatch {
  const { main, module, file } = call;
  const title = module.name === "" ? file : t("the functor {0}", module.name);
  const span = main.type ?? main.module.span;
  const head = parameters[0] && parameters.at(-1);
  const at: Span = head ? { start: module.nameSpan.start, end: head.span.end } : module.nameSpan;
  const message = t(
    "config.ml passes {1} to {0}, but {2} takes {3}",
    main.module.value,
    count(given.length, "device"),
    title,
    count(parameters.length, "parameter"),
  );
  const extra = surplus(given, parameters);
  const fixes = given.length > parameters.length ? surplusType(call, extra) : surplusParameter(call, extra);
  return {
    kind: "arity",
    config: { span, message: `${message}.` },
    source: { span: at.end > at.start ? at : (module.start?.nameSpan ?? at), message: `${message}.` },
    fixes,
  };
}

/** The indices in the longer list that have no counterpart: those without which all others fit, else the last ones. */
function surplus(given: readonly GivenDevice[], parameters: readonly FunctorParameter[]): number[] {
  const longer = Math.max(given.length, parameters.length);
  const extra = Math.abs(given.length - parameters.length);
  const fits = (left: number) =>
    left >= 0 &&
    !differs(
      given[given.length > parameters.length ? left + extra : left],
      parameters[given.length > parameters.length ? left : left + extra],
    );
  for (let from = longer - extra; from >= 0; from--) {
    const before = Array.from({ length: from }, (_, i) => !differs(given[i], parameters[i]));
    const after = Array.from({ length: longer - extra - from }, (_, i) => fits(from + i));
    if ([...before, ...after].every(Boolean)) return Array.from({ length: extra }, (_, i) => from + i);
  }
  return Array.from({ length: extra }, (_, i) => longer - extra + i);
}

function differs(operand: GivenDevice | undefined, parameter: FunctorParameter | undefined): boolean {
  return (
    operand?.type !== undefined &&
    parameter?.signature !== undefined &&
    isKnownMismatch(operand.type, parameter.signature)
  );
}

function typeMismatches(
  { main, module, isFree, file }: MainAndModule,
  given: readonly GivenDevice[],
  parameters: readonly FunctorParameter[],
): FileMismatch[] {
  return given.flatMap((operand, i) => {
    const parameter = parameters[i];
    if (!differs(operand, parameter) || !parameter?.signature || !parameter.signatureSpan) return [];
    const expected = deviceTypes[operand.type ?? ""]?.signature ?? "";
    const message = t(
      "config.ml passes {0} a {1} ({2}), but its parameter {3} has the module type {4}.",
      main.module.value,
      operand.name,
      expected,
      parameter.name,
      parameter.signature,
    );
    const other = typeOfSignature(parameter.signature);
    const fixes: MismatchFix[] = [
      {
        title: t(
          "Change the parameter {0} of {1} in {2} to {3}",
          parameter.name,
          module.name,
          file,
          expected,
        ),
        edits: [{ file: "source", span: parameter.signatureSpan, text: expected }],
      },
    ];
    if (other !== undefined && isFree(other) && main.typeInPlace) {
      fixes.push({
        title: t("Change the type in config.ml to {0}", other),
        edits: [{ file: "config", span: operand.span, text: other }],
      });
    }
    return [
      {
        kind: "type",
        config: { span: operand.span, message },
        source: { span: parameter.span, message },
        fixes,
      },
    ];
  });
}

/**
 * Compares `start` with the arguments that mirage passes (`Device.start` and `main` in functoria): the
 * devices, then `~deps`, then `~runtime_args`; `()` if there is neither a device nor a dependency.
 */
function startMismatches(
  { main, module, file }: MainAndModule,
  given: readonly GivenDevice[],
): FileMismatch[] {
  const { start } = module;
  const deps = listLength(main, "deps");
  const values = listLength(main, "runtime_args");
  if (!start || deps === undefined || values === undefined) return [];
  const expected = Math.max(1, given.length + deps) + values;
  const taken = start.parameters.filter(({ optional }) => !optional).length + start.further;
  const tooFew = taken < expected;
  if (taken === expected || (tooFew && !start.ends)) return [];
  const unit = given.length + deps === 0;
  const message = t(
    "mirage passes {0} to start ({1}{2}), but it takes {3}.",
    count(expected, "argument"),
    unit ? "()" : [...given.map(operandName), ...(deps > 0 ? ["~deps"] : [])].join(", "),
    values > 0 ? ", ~runtime_args" : "",
    taken,
  );
  const fixes: MismatchFix[] = [];
  if (tooFew && start.further === 0) {
    const names = Array.from({ length: expected - taken }, (_, i) =>
      unit && taken + i === 0
        ? "()"
        : `_${(module.parameters?.[taken + i]?.name ?? "value").toLowerCase().replace(/^_$/, "device")}`,
    );
    fixes.push({
      title: t("Add {0} to start in {1}", names.join(" "), file),
      edits: [{ file: "source", span: insertionPoint(start.insertAt), text: ` ${names.join(" ")}` }],
    });
  }
  if (!tooFew && start.further === 0 && expected > 0 && start.parameters.every(({ optional }) => !optional)) {
    const keptEnd = start.parameters[expected - 1]?.span.end ?? start.insertAt;
    fixes.push({
      title: t(
        "Remove {0} from start in {1}",
        start.parameters
          .slice(expected)
          .map(({ text }) => text)
          .join(" "),
        file,
      ),
      edits: [{ file: "source", span: { start: keptEnd, end: start.insertAt }, text: "" }],
    });
  }
  return [
    {
      kind: "start",
      config: { span: main.module.span, message },
      source: { span: { start: start.nameSpan.start, end: start.insertAt }, message },
      fixes,
    },
  ];
}

/** The length of a labelled list; 0 without the label, undefined if the source does not determine it. */
function listLength({ labels, lengths }: MainCall, label: string): number | undefined {
  return labels.has(label) ? lengths.get(label) : 0;
}
