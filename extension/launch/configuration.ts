import { isTarget, targets, type TargetId } from "../toolchain/targets.ts";
import type { Device } from "../image/solo5Notes.ts";
import { parseAttachments, type Attachments } from "./manifest.ts";
import { t } from "../platform/l10n.ts";

export const buildModes = ["ifStale", "always", "never"] as const;
export type BuildMode = (typeof buildModes)[number];

/** A debug configuration of type `mirage`, checked. The schema is in package.json. */
export interface LaunchConfiguration {
  /** Folder of config.ml relative to the workspace folder, or the unikernel's name. */
  readonly unikernel: string | undefined;
  readonly target: TargetId | undefined;
  /** Path of the image; undefined: what the build makes. */
  readonly program: string | undefined;
  /** Boot arguments; undefined: those remembered for the unikernel. */
  readonly args: readonly string[] | undefined;
  readonly memoryMb: number | undefined;
  /** Of `net` and `block` together, by the device's name. */
  readonly attachments: Attachments;
  /** The devices that `net` and `block` name. */
  readonly devices: readonly Device[];
  readonly tenderArgs: readonly string[];
  /** Variables for a unikernel that is a process. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly build: BuildMode;
  /** A file the console is written to as well. */
  readonly logFile: string | undefined;
  /** Whether the debug session ends when the unikernel does. */
  readonly stopOnExit: boolean;
}

type Fields = Readonly<Partial<Record<string, unknown>>>;

/**
 * Checks a configuration after VS Code has replaced its `${…}` variables. Each problem is a sentence
 * that names the attribute.
 */
export function parseConfiguration(
  raw: Fields,
): { readonly configuration: LaunchConfiguration } | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const wrong = (attribute: string, what: string) => {
    problems.push(t('"{0}" {1}, and it is {2}.', attribute, what, shown(raw[attribute])));
    return undefined;
  };
  const text = (attribute: string) => {
    const value = raw[attribute];
    if (value === undefined) return undefined;
    const variable = unknownVariable(value);
    if (variable !== undefined) return wrong(attribute, t("has {0}, which is no variable here", variable));
    return typeof value === "string" && value !== "" ? value : wrong(attribute, t("must be a text"));
  };
  const texts = (attribute: string): readonly string[] => {
    const value = raw[attribute];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === "string")) return value;
    const hint = typeof value === "string" ? t(" such as {0}", JSON.stringify(value.split(/\s+/))) : "";
    return wrong(attribute, t("must be a list of texts, one for each argument{0}", hint)) ?? [];
  };

  const target = text("target");
  if (target !== undefined && !isTarget(target)) wrong("target", t("must be a target of mirage"));
  const memory = numberIn(raw["memory"]);
  if (memory !== undefined && !(Number.isInteger(memory) && Number(memory) > 0)) {
    wrong("memory", t("must be a whole number of megabytes"));
  }
  const build = text("build");
  const mode = buildModes.find((known) => known === build);
  if (build !== undefined && mode === undefined) wrong("build", t("must be {0}", buildModes.join(", ")));
  const stop = truthIn(raw["stopOnExit"]);
  if (stop !== undefined && typeof stop !== "boolean") wrong("stopOnExit", t("must be true or false"));

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
    // A program of one's own is not known to come from the build.
    build: mode ?? (program === undefined ? "ifStale" : "never"),
    logFile: text("logFile"),
    stopOnExit: stop !== false,
  };
  return problems.length === 0 ? { configuration } : { problems };
}

/** What stands for a variable is a text, whatever its value: `"${config:memory}"` becomes `"64"`. */
const numberIn = (value: unknown): unknown =>
  typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;

const truthIn = (value: unknown): unknown =>
  value === "true" || value === "false" ? value === "true" : value;

/** VS Code leaves a variable that it does not know as it is. */
export function unknownVariable(value: unknown): string | undefined {
  return typeof value === "string" ? /\$\{[^}]*\}/.exec(value)?.[0] : undefined;
}

/** What the configuration says that its target can't heed, one sentence each. */
export function unfitFor(target: TargetId, configuration: LaunchConfiguration): readonly string[] {
  const process = targets[target].family === "unix";
  const said: string[] = [];
  if (process && configuration.tenderArgs.length > 0) {
    said.push(t('"tenderArgs" is for a tender, and an image for {0} is started without one.', target));
  }
  if (process && configuration.memoryMb !== undefined) {
    said.push(t('"memory" is for a tender, and an image for {0} is started without one.', target));
  }
  if (!process && Object.keys(configuration.env).length > 0) {
    said.push(
      t('"env" is for unikernels that are processes; one for {0} has no environment: use "args".', target),
    );
  }
  return said;
}

function devices(raw: Fields, attribute: "net" | "block", problems: string[]): Attachments {
  const value = raw[attribute];
  if (value === undefined) return {};
  const example =
    attribute === "net" ? '{ "service": "tap100" }' : '{ "storage": "${workspaceFolder}/disk.img" }';
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(t('"{0}" must name the host\'s side of each device, such as {1}.', attribute, example));
    return {};
  }
  const attachments = parseAttachments(value);
  for (const [name, { host }] of Object.entries(attachments)) {
    const variable = unknownVariable(host);
    if (variable !== undefined)
      problems.push(t('"{0}.{1}" has {2}, which is no variable here.', attribute, name, variable));
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(attachments, name)) continue;
    const wanted = attribute === "net" ? t("a tap interface") : t("a file or block device");
    problems.push(t('"{0}.{1}" must name {2}, such as {3}.', attribute, name, wanted, example));
  }
  return attachments;
}

function variables(value: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const unfit = entries.filter(([, text]) => typeof text !== "string");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(t('"env" must be an object of texts, and it is {0}.', shown(value)));
  } else {
    for (const [name, text] of unfit)
      problems.push(t('"env.{0}" must be a text, and it is {1}.', name, shown(text)));
  }
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
