import { isTarget, targetIds, type TargetId } from "../toolchain/targets.ts";
import { levels, type Level } from "../logs/model.ts";

/** What a language model asks a tool for; a model may send anything. */
export interface Asked {
  /** A unikernel's name or folder; undefined for the selected one. */
  readonly unikernel: string | undefined;
  readonly target: TargetId | undefined;
  /** Options of `mirage configure`. */
  readonly options: readonly string[] | undefined;
  readonly comparedWith: TargetId | undefined;
  /** The least grave level that is wanted. */
  readonly level: Level | undefined;
  readonly source: string | undefined;
  readonly text: string | undefined;
  readonly count: number;
}

/** How many records are given when the model does not say, and at most. */
const records = { usual: 100, most: 1000 };

/** Checks a tool's input. Throws an Error that tells the model what to send instead. */
export function readInput(input: unknown): Asked {
  const given: Partial<Record<string, unknown>> =
    typeof input === "object" && input !== null && !Array.isArray(input) ? { ...input } : {};
  return {
    unikernel: textOf(given, "unikernel"),
    target: targetOf(given, "target"),
    options: optionsOf(given["options"]),
    comparedWith: targetOf(given, "comparedWith"),
    level: levelOf(given["level"]),
    source: textOf(given, "source"),
    text: textOf(given, "text"),
    count: countOf(given["count"]),
  };
}

/** Some models send an empty text or null for what they leave out. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

function textOf(given: Partial<Record<string, unknown>>, name: string): string | undefined {
  const value = given[name];
  if (isAbsent(value)) return undefined;
  if (typeof value !== "string") throw new Error(`"${name}" must be a text.`);
  return value;
}

function targetOf(given: Partial<Record<string, unknown>>, name: string): TargetId | undefined {
  const value = textOf(given, name);
  if (value === undefined) return undefined;
  if (!isTarget(value)) throw new Error(`"${name}" must be one of ${targetIds.join(", ")}, not "${value}".`);
  return value;
}

function optionsOf(value: unknown): readonly string[] | undefined {
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value) || !value.every((option) => typeof option === "string")) {
    throw new Error('"options" must be a list of texts such as ["--net=host"].');
  }
  const texts = value.map(String);
  const target = texts.find((option) => /^(-t|--target)/.test(option));
  if (target !== undefined) throw new Error(`Give the target as "target", not as the option "${target}".`);
  const other = texts.find((option) => !option.startsWith("-"));
  if (other !== undefined) throw new Error(`"${other}" is no option: write --NAME=VALUE as one text.`);
  return texts;
}

function levelOf(value: unknown): Level | undefined {
  if (isAbsent(value)) return undefined;
  const level = levels.find((name) => name === value);
  if (!level) throw new Error(`"level" must be one of ${levels.join(", ")}.`);
  return level;
}

function countOf(value: unknown): number {
  if (isAbsent(value)) return records.usual;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 1) {
    throw new Error(`"count" must be a number from 1 to ${records.most}.`);
  }
  return Math.min(records.most, Math.floor(value));
}
