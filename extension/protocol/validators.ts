/** Checks whether a value from outside has type `T`. */
export type Validator<T> = (value: unknown) => value is T;

/** The type that a validator accepts: `Validated<typeof isMessage>`. */
export type Validated<S> = S extends Validator<infer T> ? T : never;

/** Accepts any string. */
export const string: Validator<string> = (value): value is string => typeof value === "string";
/** Accepts `true` and `false`. */
export const boolean: Validator<boolean> = (value): value is boolean => typeof value === "boolean";
/** Accepts finite numbers only, as JSON has no others. */
export const number: Validator<number> = (value): value is number => Number.isFinite(value);
/** Accepts `undefined`, which a property that is left out also is: `union(string, absent)` is an optional string. */
export const absent: Validator<undefined> = (value): value is undefined => value === undefined;

/** Accepts exactly these strings. */
export function literal<const W extends string>(...words: readonly W[]): Validator<W> {
  return (value): value is W => words.some((each) => each === value);
}

/** Accepts an array if `item` accepts each of its items. */
export function array<T>(item: Validator<T>): Validator<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(item);
}

/** Accepts an object whose own properties pass these validators; it may have other properties. */
export function object<Fields extends Readonly<Record<string, Validator<unknown>>>>(
  fields: Fields,
): Validator<{ readonly [K in keyof Fields]: Validated<Fields[K]> }> {
  type Whole = { readonly [K in keyof Fields]: Validated<Fields[K]> };
  const shapes = Object.entries(fields);
  return (value): value is Whole => {
    if (typeof value !== "object" || value === null) return false;
    const given = value as Readonly<Record<string, unknown>>;
    return shapes.every(([key, shape]) => shape(Object.hasOwn(given, key) ? given[key] : undefined));
  };
}

/** Accepts what any of these validators accepts; for a tagged union, give one validator for each tag. */
export function union<Options extends readonly Validator<unknown>[]>(
  ...options: Options
): Validator<Validated<Options[number]>> {
  return (value): value is Validated<Options[number]> => options.some((option) => option(value));
}
