import type { ValueContext } from "../declarations.ts";
import { computeFromSnapshot, type HeapSnapshot } from "../heap/snapshot.ts";
import { resolveType, type Layout } from "../types/resolveType.ts";
import { asScopedType, candidatePaths } from "../types/scopedType.ts";

/** What a pattern has to know about a type. */
export interface PatternLayout {
  /** The numbers of arguments of the constructors that store them as the fields of a block. */
  readonly constructors?: ReadonlyMap<string, number>;
  /** The positions of the fields that cannot change. */
  readonly fields?: ReadonlyMap<string, number>;
}

/**
 * How values of a type are stored, for the names in patterns; `undefined` if that is not known. `exception Refused` is
 * the type of the values of that exception. Never rejects.
 */
export async function patternLayout(context: ValueContext, text: string): Promise<PatternLayout | undefined> {
  if (text.startsWith("exception "))
    return computeFromSnapshot(context, (snapshot) => exceptionLayout(snapshot, text.slice(10))).catch(
      () => undefined,
    );
  const type = asScopedType(text, context.scope ?? "");
  if (!type) return undefined;
  const layout = await computeFromSnapshot(context, (snapshot) => resolveType(snapshot, type)).catch(
    () => undefined,
  );
  return layout && fieldsOf(layout);
}

function exceptionLayout(snapshot: HeapSnapshot, path: string): PatternLayout | undefined {
  const candidates = candidatePaths(path, snapshot.context.scope ?? "");
  const found = candidates.map((each) => snapshot.declaration(each)).find((each) => each !== undefined);
  const [only] = found?.definition.kind === "variant" ? found.definition.constructors : [];
  return only && !only.fields ? { constructors: new Map([[only.name, only.arguments.length]]) } : undefined;
}

/** The constructors with arguments of the types that OCaml declares. */
const builtIn: Readonly<Record<string, readonly string[]>> = { option: ["Some"], result: ["Ok", "Error"] };

function fieldsOf(layout: Layout): PatternLayout | undefined {
  if (layout.kind === "record" && !layout.unboxed) {
    const indices = layout.fields.flatMap(({ name, mutable }, index): [string, number][] =>
      mutable ? [] : [[name, index]],
    );
    return { fields: new Map(indices) };
  }
  if (layout.kind === "variant" && !layout.declaration.unboxed) {
    const { constructors } = layout.declaration.definition;
    const counts = constructors.flatMap(({ name, arguments: { length }, fields }): [string, number][] =>
      fields ? [] : [[name, length]],
    );
    return { constructors: new Map(counts) };
  }
  const names = layout.kind === "known" ? (builtIn[layout.name] ?? []) : [];
  return { constructors: new Map(names.map((name): [string, number] => [name, 1])) };
}
