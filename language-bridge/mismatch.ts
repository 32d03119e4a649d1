import type { Operand } from "./calls.ts";
import type { Application, ConfigSource, MainCall } from "./configSource.ts";
import { deviceTypes, surelyDiffers, typeOfSignature } from "./deviceTypes.ts";
import { empty, nameOf, surplusParameter, surplusType, type Compared, type Fix } from "./mismatchFixes.ts";
import { placeOf, type Place, type SourceOf } from "./names.ts";
import type { Span } from "./tokens.ts";
import { moduleAt, type FunctorParameter, type SourceModule } from "./unikernelSource.ts";
import { t } from "../extension/platform/l10n.ts";

/** Where config.ml and a unikernel's module do not fit, as each of the files is told. */
export interface Mismatch {
  /** The module's file by its module path, such as `Unikernel`, or `Shop.Cart` for one of a library. */
  readonly file: string;
  readonly kind: "module" | "arity" | "type" | "start";
  readonly config: { readonly span: Span; readonly message: string };
  /** Undefined where there is nothing in the other file to point at. */
  readonly source: { readonly span: Span; readonly message: string } | undefined;
  readonly fixes: readonly Fix[];
}

type Found = Omit<Mismatch, "file">;

/** The files of a unikernel as `mismatches` needs them. */
export interface Sources {
  readonly config: ConfigSource;
  readonly source: SourceOf<SourceModule>;
}

/**
 * Compares each `main` of config.ml with the functor it names: whether that is there, has as many
 * parameters, of types that fit, and a `start` that takes what they give. Only what is surely wrong is
 * reported: what the text does not tell, an unknown type and an unknown module type are silence.
 */
export function mismatches({ config, source }: Sources): Mismatch[] {
  return config.mains.flatMap((main) => {
    const place = placeOf(main.module.value, source);
    const found = place && source(place.file);
    if (!found) return [];
    return mismatchesOf(main, place, found).map((each): Mismatch => ({ ...each, file: place.file }));
  });

  function mismatchesOf(main: MainCall, { file, path }: Place, found: SourceModule): Found[] {
    const module = moduleAt(found, path);
    if (!module) return missing(main, file, path, found);
    const { parameters } = module;
    if (!main.parameters || !parameters) return [];
    const call = { main, module, application: applicationOf(config, main), file: fileName(file) };
    const functors = parameters.filter(({ name }) => name !== undefined);
    // The generative () takes no device, and mirage gives it none.
    if (functors.length !== parameters.length) return [];
    const given = main.parameters;
    return given.length === functors.length
      ? [...typeMismatches(call, given, functors), ...startMismatches(call, given)]
      : [arity(call, given, functors)];
  }
}

/** What the file of a module path is called: `unikernel.ml`, `cart.ml` for `Shop.Cart`. */
function fileName(file: string): string {
  const module = file.slice(file.lastIndexOf(".") + 1);
  return `${module.charAt(0).toLowerCase()}${module.slice(1)}.ml`;
}

/** `main $ a $ b`, where it is the only one of this `main` and has as many arguments as the type. */
function applicationOf(config: ConfigSource, main: MainCall): Application | undefined {
  const jobs = config.registers.flatMap((register) => register.jobs);
  const ofMain = jobs.filter(({ functor }) => functor.name === main.binding);
  const [application] = ofMain;
  return ofMain.length === 1 && application?.arguments.length === main.parameters?.length
    ? application
    : undefined;
}

function missing(main: MainCall, file: string, path: readonly string[], found: SourceModule): Found[] {
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

function arity(call: Compared, given: readonly Operand[], parameters: readonly FunctorParameter[]): Found {
  const { main, module, file } = call;
  const title = module.name === "" ? file : t("the functor {0}", module.name);
  const span = main.type ?? main.module.span;
  const head = parameters[0] && parameters.at(-1);
  const at: Span = head ? { start: module.nameSpan.start, end: head.span.end } : module.nameSpan;
  const message = t(
    "config.ml gives {0} {1}, but {2} takes {3}",
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

/** Which of the longer list has no partner: the first places that let all others fit, else the last ones. */
function surplus(given: readonly Operand[], parameters: readonly FunctorParameter[]): number[] {
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

function differs(operand: Operand | undefined, parameter: FunctorParameter | undefined): boolean {
  return (
    operand?.name !== undefined &&
    parameter?.signature !== undefined &&
    surelyDiffers(operand.name, parameter.signature)
  );
}

function typeMismatches(
  { main, module, file }: Compared,
  given: readonly Operand[],
  parameters: readonly FunctorParameter[],
): Found[] {
  return given.flatMap((operand, i) => {
    const parameter = parameters[i];
    if (!differs(operand, parameter) || !parameter?.signature || !parameter.signatureSpan) return [];
    const wanted = deviceTypes[operand.name ?? ""]?.signature ?? "";
    const message = t(
      "config.ml gives {0} a {1} ({2}), but its parameter {3} is a {4}.",
      main.module.value,
      operand.name,
      wanted,
      parameter.name,
      parameter.signature,
    );
    const other = typeOfSignature(parameter.signature);
    const fixes: Fix[] = [
      {
        title: t("Change the parameter {0} of {1} in {2} to {3}", parameter.name, module.name, file, wanted),
        edits: [{ file: "source", span: parameter.signatureSpan, text: wanted }],
      },
    ];
    if (other !== undefined && main.typeInPlace) {
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
 * What `start` is applied to (`Device.start` and `main` in functoria): the devices, then `~deps`, then
 * `~runtime_args`; `()` where there is neither device nor dependency.
 */
function startMismatches({ main, module, file }: Compared, given: readonly Operand[]): Found[] {
  const { start } = module;
  const deps = counted(main, "deps");
  const values = counted(main, "runtime_args");
  if (!start || deps === undefined || values === undefined) return [];
  const expected = Math.max(1, given.length + deps) + values;
  const taken = start.parameters.filter(({ optional }) => !optional).length + start.further;
  const few = taken < expected;
  if (taken === expected || (few && !start.ends)) return [];
  const unit = given.length + deps === 0;
  const message = t(
    "mirage applies start to {0} ({1}{2}), but it takes {3}.",
    count(expected, "argument"),
    unit ? "()" : [...given.map(nameOf), ...(deps > 0 ? ["~deps"] : [])].join(", "),
    values > 0 ? ", ~runtime_args" : "",
    taken,
  );
  const fixes: Fix[] = [];
  if (few && start.further === 0) {
    const names = Array.from({ length: expected - taken }, (_, i) =>
      unit && taken + i === 0
        ? "()"
        : `_${(module.parameters?.[taken + i]?.name ?? "value").toLowerCase().replace(/^_$/, "device")}`,
    );
    fixes.push({
      title: t("Add {0} to start in {1}", names.join(" "), file),
      edits: [{ file: "source", span: empty(start.insertAt), text: ` ${names.join(" ")}` }],
    });
  }
  if (!few && start.further === 0 && expected > 0 && start.parameters.every(({ optional }) => !optional)) {
    const kept = start.parameters[expected - 1]?.span.end ?? start.insertAt;
    fixes.push({
      title: t(
        "Remove {0} from start in {1}",
        start.parameters
          .slice(expected)
          .map(({ text }) => text)
          .join(" "),
        file,
      ),
      edits: [{ file: "source", span: { start: kept, end: start.insertAt }, text: "" }],
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

/** How many a label's list has; 0 without the label, undefined where the text does not tell. */
function counted({ labels, lengths }: MainCall, label: string): number | undefined {
  return labels.has(label) ? lengths.get(label) : 0;
}
