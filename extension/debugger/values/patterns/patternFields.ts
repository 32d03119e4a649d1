import type { PatternStep, PatternVariable } from "./patternReader.ts";
import type { SourcePattern } from "./patterns.ts";
import type { TrackingContext } from "../tracking/trackedVariable.ts";

type LayoutOf = NonNullable<TrackingContext["layoutOf"]>;

/** The offsets in bytes from a matched value to the names in patterns. */
export type PatternFields = ReadonlyMap<PatternVariable, readonly number[]>;

/**
 * Finds where the names in patterns are in the values that are matched, as the types of the patterns say. Leaves out those
 * of which that is not certain, and fields that can change. Never rejects.
 */
export async function fieldsOfPatterns(
  context: TrackingContext,
  patterns: readonly SourcePattern[],
): Promise<PatternFields> {
  const found = new Map<PatternVariable, readonly number[]>();
  // The fields of a record and the cases of a match have one type.
  const layouts = new Map<string, ReturnType<LayoutOf>>();
  const layoutOf: LayoutOf = (type) => {
    const layout = layouts.get(type) ?? context.layoutOf?.(type) ?? Promise.resolve(undefined);
    layouts.set(type, layout);
    return layout;
  };
  const add = async (variable: PatternVariable) => {
    const offsets = await Promise.all(
      variable.steps.map((step) => offsetsOf({ ...context, layoutOf }, step)),
    );
    const known = offsets.filter((each) => each !== undefined);
    if (known.length === offsets.length) found.set(variable, known.flat());
  };
  await Promise.all(patterns.flatMap(({ variables }) => variables.map(add))).catch(() => undefined);
  return found;
}

/** The type of a name that a pattern binds, by its offset. */
export const typeOfName = ({ bindings, source }: TrackingContext, offset: number): string | undefined =>
  bindings?.get(Buffer.byteLength(source.slice(0, offset)));

async function offsetsOf(
  context: TrackingContext,
  step: PatternStep,
): Promise<readonly number[] | undefined> {
  if (step.kind === "field") return [8 * step.index];
  const type = typeOfName(context, step.at);
  if (step.kind === "constructor" && type === "exn") {
    // The first field of an exception is its constructor.
    if (step.count === 1) return [8];
    const declared = (await context.layoutOf?.(`exception ${step.path}`))?.constructors?.get(step.name);
    if (declared === step.count) return [8 * (step.index + 1)];
    return declared === 1 ? [8, 8 * step.index] : undefined;
  }
  const layout = type === undefined ? undefined : await context.layoutOf?.(type);
  if (step.kind === "record") {
    const index = layout?.fields?.get(step.name);
    return index === undefined ? undefined : [8 * index];
  }
  const count = layout?.constructors?.get(step.name);
  if (count === step.count) return [8 * step.index];
  // The argument of the constructor is a tuple.
  return count === 1 ? [0, 8 * step.index] : undefined;
}
