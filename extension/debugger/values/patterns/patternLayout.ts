import type { ValueContext } from "../declarations.ts";
import { computeFromSnapshot } from "../heap/snapshot.ts";
import { resolveType, type Layout } from "../types/resolveType.ts";
import { asScopedType } from "../types/scopedType.ts";

/** What a pattern has to know about a type. */
export interface PatternLayout {
  /** The numbers of arguments of the constructors that store them as the fields of a block. */
  readonly constructors?: ReadonlyMap<string, number>;
  /** The positions of the fields that cannot change. */
  readonly fields?: ReadonlyMap<string, number>;
}

/** How values of a type are stored, for the names in patterns; `undefined` if that is not known. Never rejects. */
export async function patternLayout(context: ValueContext, text: string): Promise<PatternLayout | undefined> {
  const type = asScopedType(text, context.scope ?? "");
  if (!type) return undefined;
  const layout = await computeFromSnapshot(context, (snapshot) => resolveType(snapshot, type)).catch(
    () => undefined,
  );
  return layout && fieldsOf(layout);
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
