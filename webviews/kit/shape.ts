/** Tells whether a value that came from outside has a type. */
export type Shape<T> = (value: unknown) => value is T;

/** The type that a shape recognises. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (value): value is string => typeof value === "string";
export const flag: Shape<boolean> = (value): value is boolean => typeof value === "boolean";
/** A finite number: JSON has no other. */
export const number: Shape<number> = (value): value is number => Number.isFinite(value);
export const nothing: Shape<undefined> = (value): value is undefined => value === undefined;

/** One of these strings and no other. */
export function word<const W extends string>(...words: readonly W[]): Shape<W> {
  return (value): value is W => words.some((each) => each === value);
}

/** An array whose every item has the shape. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(item);
}

/** An object with these properties; it may have others. */
export function object<Fields extends Readonly<Record<string, Shape<unknown>>>>(
  fields: Fields,
): Shape<{ readonly [K in keyof Fields]: Shaped<Fields[K]> }> {
  type Whole = { readonly [K in keyof Fields]: Shaped<Fields[K]> };
  return (value): value is Whole => {
    if (typeof value !== "object" || value === null) return false;
    const given = new Map<string, unknown>(Object.entries(value));
    return Object.entries(fields).every(([key, shape]) => shape(given.get(key)));
  };
}

/** Either of several shapes: of a tagged union, one for each tag. */
export function either<Options extends readonly Shape<unknown>[]>(
  ...options: Options
): Shape<Shaped<Options[number]>> {
  return (value): value is Shaped<Options[number]> => options.some((option) => option(value));
}
