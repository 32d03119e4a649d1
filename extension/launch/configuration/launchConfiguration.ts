import { isTarget, targets, type TargetId } from "../../mirage/targets.ts";
import type { Device } from "../../image/solo5Notes.ts";
import { parseAttachments, type Attachments } from "../boot/manifest.ts";
import { parseMetricsAddress, parseSyslogAddress } from "../../receivers/listenAddress.ts";
import type { ListenAddress, SyslogAddress } from "../../receivers/listenAddress.ts";
import { t } from "../../protocol/l10n.ts";

export const buildModes = ["ifStale", "always", "never"] as const;
export type BuildMode = (typeof buildModes)[number];

/** A valid launch configuration of type `mirage`. Its schema is in package.json. */
export interface LaunchConfiguration {
  /** The folder of config.ml relative to the workspace folder, or the unikernel's name. */
  readonly unikernel: string | undefined;
  readonly target: TargetId | undefined;
  /** The path of the image; `undefined` for the image that the build makes. */
  readonly program: string | undefined;
  /** Boot arguments; `undefined` for those remembered for the unikernel. */
  readonly args: readonly string[] | undefined;
  readonly memoryMb: number | undefined;
  /** The attachments in `net` and `block`, by device name. */
  readonly attachments: Attachments;
  /** The devices in `net` and `block`. */
  readonly devices: readonly Device[];
  readonly tenderArgs: readonly string[];
  /** Environment variables for a unikernel that runs as a process. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly build: BuildMode;
  /** A file to which the console is written as well. */
  readonly logFile: string | undefined;
  /** Where syslog messages of the unikernel are received while it runs. */
  readonly syslog: SyslogAddress | undefined;
  /** Where its metrics are received. */
  readonly metrics: ListenAddress | undefined;
  /** Whether the debug session ends when the unikernel does. */
  readonly stopOnExit: boolean;
  /** Whether gdb is used without breakpoints too. */
  readonly debug: boolean;
  readonly stopOnEntry: boolean;
  /** Whether steps and the stack pass over the code of libraries. */
  readonly justMyCode: boolean;
  /** The path of gdb; `undefined` for that of the switch or the settings. */
  readonly gdb: string | undefined;
  /** Commands of gdb's console, run before the unikernel is loaded. */
  readonly gdbSetup: readonly string[];
}

type Properties = Readonly<Partial<Record<string, unknown>>>;

/**
 * Validates a configuration after VS Code has replaced its `${…}` variables. Each problem is a sentence that
 * names the property.
 */
export function parseConfiguration(
  raw: Properties,
): { readonly configuration: LaunchConfiguration } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const reject = (attribute: string, requirement: string) => {
    problems.push(t('"{0}" {1}, not {2}.', attribute, requirement, formatValue(raw[attribute])));
    return undefined;
  };
  const text = (attribute: string) => {
    const value = raw[attribute];
    if (value === undefined) return undefined;
    const variable = unknownVariable(value);
    if (variable !== undefined) {
      problems.push(t('"{0}" contains {1}, which is not a variable here.', attribute, variable));
      return undefined;
    }
    return typeof value === "string" && value !== ""
      ? value
      : reject(attribute, t("must be a non-empty string"));
  };
  const listen = <T extends ListenAddress>(
    attribute: string,
    parse: (value: unknown) => T | string,
  ): T | undefined => {
    const parsed = raw[attribute] === undefined ? undefined : parse(raw[attribute]);
    if (typeof parsed !== "string") return parsed;
    problems.push(parsed);
    return undefined;
  };
  const texts = (attribute: string): readonly string[] => {
    const value = raw[attribute];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
    const hint = typeof value === "string" ? t(" such as {0}", JSON.stringify(value.split(/\s+/))) : "";
    return reject(attribute, t("must be an array of strings, one per argument{0}", hint)) ?? [];
  };

  const target = text("target");
  if (target !== undefined && !isTarget(target)) reject("target", t("must be a target of mirage"));
  const memory = parseNumber(raw["memory"]);
  if (memory !== undefined && !(Number.isInteger(memory) && Number(memory) > 0)) {
    reject("memory", t("must be a whole number of megabytes"));
  }
  const build = text("build");
  const mode = buildModes.find((known) => known === build);
  if (build !== undefined && mode === undefined)
    reject("build", t("must be one of {0}", buildModes.join(", ")));
  const flag = (attribute: string, fallback: boolean): boolean => {
    const value = parseBoolean(raw[attribute]);
    if (value !== undefined && typeof value !== "boolean") reject(attribute, t("must be true or false"));
    return typeof value === "boolean" ? value : fallback;
  };

  const program = text("program");
  const [net, block] = [devices(raw, "net", problems), devices(raw, "block", problems)];
  const configuration: LaunchConfiguration = {
    unikernel: text("unikernel"),
    target: target !== undefined && isTarget(target) ? target : undefined,
    program,
    args: raw["args"] === undefined ? undefined : texts("args"),
    memoryMb: typeof memory === "number" ? memory : undefined,
    attachments: { ...net, ...block },
    devices: [
      ...Object.keys(net).map((name) => ({ name, type: "NET_BASIC" }) as const),
      ...Object.keys(block).map((name) => ({ name, type: "BLOCK_BASIC" }) as const),
    ],
    tenderArgs: texts("tenderArgs"),
    env: variables(raw["env"], problems),
    cwd: text("cwd"),
    // A given program may not come from the build.
    build: mode ?? (program === undefined ? "ifStale" : "never"),
    logFile: text("logFile"),
    syslog: listen("syslog", parseSyslogAddress),
    metrics: listen("metrics", parseMetricsAddress),
    stopOnExit: flag("stopOnExit", true),
    debug: flag("debug", false),
    stopOnEntry: flag("stopOnEntry", false),
    justMyCode: flag("justMyCode", true),
    gdb: text("gdb"),
    gdbSetup: texts("gdbSetup"),
  };
  return problems.length === 0 ? { configuration } : { problems };
}

/** VS Code replaces a variable by a string, whatever its value is: `"${config:memory}"` becomes `"64"`. */
const parseNumber = (value: unknown): unknown =>
  typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;

const parseBoolean = (value: unknown): unknown =>
  value === "true" || value === "false" ? value === "true" : value;

/** The first `${…}` in a string: VS Code has replaced all variables that it knows. */
export function unknownVariable(value: unknown): string | undefined {
  return typeof value === "string" ? /\$\{[^}]*\}/.exec(value)?.[0] : undefined;
}

/** A sentence for each property that has no effect on the target. */
export function unsupportedByTarget(target: TargetId, configuration: LaunchConfiguration): readonly string[] {
  const process = targets[target].family === "unix";
  const problems: string[] = [];
  if (process && configuration.tenderArgs.length > 0) {
    problems.push(withoutTender("tenderArgs", target));
  }
  if (process && configuration.memoryMb !== undefined) {
    problems.push(withoutTender("memory", target));
  }
  if (!process && Object.keys(configuration.env).length > 0) {
    problems.push(
      t('"env" has no effect for {0}, because its unikernels are not processes. Use "args".', target),
    );
  }
  return problems;
}

const withoutTender = (property: string, target: TargetId): string =>
  t('"{0}" has no effect for {1}, because its images run without a tender.', property, target);

function devices(raw: Properties, attribute: "net" | "block", problems: string[]): Attachments {
  const value = raw[attribute];
  if (value === undefined) return {};
  const example =
    attribute === "net" ? '{ "service": "tap100" }' : '{ "storage": "${workspaceFolder}/disk.img" }';
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(
      t('"{0}" must be an object with an entry for each device, such as {1}.', attribute, example),
    );
    return {};
  }
  const attachments = parseAttachments(value);
  for (const [name, { host }] of Object.entries(attachments)) {
    const variable = unknownVariable(host);
    if (variable !== undefined)
      problems.push(t('"{0}" contains {1}, which is not a variable here.', `${attribute}.${name}`, variable));
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(attachments, name)) continue;
    const host = attribute === "net" ? t("a tap interface") : t("a file or block device");
    problems.push(t('"{0}.{1}" must be {2}, such as {3}.', attribute, name, host, example));
  }
  return attachments;
}

function variables(value: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const invalid = entries.filter(([, text]) => typeof text !== "string");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(t('"env" must be an object of strings, not {0}.', formatValue(value)));
  } else {
    for (const [name, text] of invalid)
      problems.push(t('"env.{0}" must be a string, not {1}.', name, formatValue(text)));
  }
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function formatValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
