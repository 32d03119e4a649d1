import { isTarget, targetIds, type TargetId } from "../mirage/targets.ts";
import { levels, type Level } from "../ocaml/logs/levels.ts";

/** The validated input of a tool. */
export interface ToolInput {
  /** The name or folder of a unikernel; undefined for the selected one. */
  readonly unikernel: string | undefined;
  readonly target: TargetId | undefined;
  /** Options of `mirage configure`. */
  readonly options: readonly string[] | undefined;
  readonly comparedWith: TargetId | undefined;
  /** The least severe level to include. */
  readonly level: Level | undefined;
  readonly source: string | undefined;
  readonly text: string | undefined;
  /** The name of a host of the Hosts view; undefined for the only one. */
  readonly host: string | undefined;
  /** The name of a unikernel on a host. */
  readonly name: string | undefined;
  /** The maximum number of records. */
  readonly count: number;
}

/** The default and the maximum of `count`. */
const records = { default: 100, maximum: 1000 };

/** Validates the input of a tool, which can be anything. Throws an Error that tells the model what to send instead. */
export function readToolInput(input: unknown): ToolInput {
  const properties: Partial<Record<string, unknown>> =
    typeof input === "object" && input !== null && !Array.isArray(input) ? { ...input } : {};
  return {
    unikernel: textOf(properties, "unikernel"),
    target: targetOf(properties, "target"),
    options: optionsOf(properties["options"]),
    comparedWith: targetOf(properties, "comparedWith"),
    level: levelOf(properties["level"]),
    source: textOf(properties, "source"),
    text: textOf(properties, "text"),
    host: textOf(properties, "host"),
    name: textOf(properties, "name"),
    count: countOf(properties["count"]),
  };
}

/** Some models send an empty string or null for omitted properties. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

function textOf(properties: Partial<Record<string, unknown>>, name: string): string | undefined {
  const value = properties[name];
  if (isAbsent(value)) return undefined;
  if (typeof value !== "string") throw new Error(`"${name}" must be a string.`);
  return value;
}

function targetOf(properties: Partial<Record<string, unknown>>, name: string): TargetId | undefined {
  const value = textOf(properties, name);
  if (value === undefined) return undefined;
  if (!isTarget(value)) throw new Error(`"${name}" must be one of ${targetIds.join(", ")}, not "${value}".`);
  return value;
}

function optionsOf(value: unknown): readonly string[] | undefined {
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value) || !value.every((option) => typeof option === "string")) {
    throw new Error('"options" must be an array of strings such as ["--net=host"].');
  }
  const options = value.map(String);
  const target = options.find((option) => /^(-t|--target)/.test(option));
  if (target !== undefined) throw new Error(`Pass the target as "target", not as the option "${target}".`);
  const other = options.find((option) => !option.startsWith("-"));
  if (other !== undefined) throw new Error(`"${other}" is not an option: pass --NAME=VALUE as one string.`);
  return options;
}

function levelOf(value: unknown): Level | undefined {
  if (isAbsent(value)) return undefined;
  const level = levels.find((name) => name === value);
  if (!level) throw new Error(`"level" must be one of ${levels.join(", ")}.`);
  return level;
}

function countOf(value: unknown): number {
  if (isAbsent(value)) return records.default;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 1) {
    throw new Error(`"count" must be a number from 1 to ${records.maximum}.`);
  }
  return Math.min(records.maximum, Math.floor(value));
}
