import fc from "fast-check";

/** A type of generated values: how OCaml declares it, writes it and prints its values. */
export interface GeneratedType {
  readonly text: string;
  /** Declarations of this type and of its parts, in order. */
  readonly declarations: readonly string[];
  /** An OCaml function from `nested`, whether the value is an argument, and the value to its text. */
  readonly printer: string;
  /** Expressions of its values. */
  readonly value: fc.Arbitrary<string>;
}

/** A value of a generated type. */
export interface GeneratedValue {
  readonly type: GeneratedType;
  readonly expression: string;
}

const simple = (text: string, printer: string, value: fc.Arbitrary<string>): GeneratedType => ({
  text,
  declarations: [],
  printer,
  value,
});

const integer = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1), fc.constantFrom("max_int", "min_int"));
const signed = (suffix: string) => fc.integer().map((value) => `(${value}${suffix})`);
const characters = fc.string({ unit: "binary-ascii", maxLength: 12 });
const escaped = (text: string) =>
  text.replace(/[^]/g, (each) => `\\${String(each.charCodeAt(0)).padStart(3, "0")}`);

const leaves: readonly GeneratedType[] = [
  simple(
    "int",
    "(fun n x -> neg n (string_of_int x))",
    integer.map((value) => `(${value})`),
  ),
  simple("bool", "(fun _ x -> string_of_bool x)", fc.constantFrom("true", "false")),
  simple("unit", '(fun _ () -> "()")', fc.constant("()")),
  simple(
    "char",
    '(fun _ x -> if x = \'"\' then "\'\\"\'" else Printf.sprintf "%C" x)',
    fc.integer({ min: 0, max: 126 }).map((code) => `'${escaped(String.fromCharCode(code))}'`),
  ),
  simple(
    "string",
    '(fun _ x -> Printf.sprintf "%S" x)',
    characters.map((text) => `"${escaped(text)}"`),
  ),
  simple(
    "float",
    "(fun n x -> neg n (string_of_float x))",
    fc.integer({ min: -8000, max: 8000 }).map((value) => `(${value}. /. 8.)`),
  ),
  simple("int32", '(fun n x -> neg n (Printf.sprintf "%ldl" x))', signed("l")),
  simple("int64", '(fun n x -> neg n (Printf.sprintf "%LdL" x))', signed("L")),
  simple("nativeint", '(fun n x -> neg n (Printf.sprintf "%ndn" x))', signed("n")),
];

/** Functions that the printers use, and one that the values pass through. */
export const printerSupport = `
let neg n s = if n && s.[0] = '-' then "(" ^ s ^ ")" else s
let par n s = if n then "(" ^ s ^ ")" else s
let items l = String.concat "; " l
`;

const items = (type: GeneratedType) => fc.array(type.value, { maxLength: 4 });
const tuple = (types: readonly GeneratedType[]) => fc.tuple(...types.map((each) => each.value));
const declared = (types: readonly GeneratedType[]) => types.flatMap((each) => each.declarations);
const names = (types: readonly unknown[]) => types.map((_, index) => `x${index}`);
const printed = (types: readonly GeneratedType[]) =>
  types.map((each, index) => `${each.printer} false x${index}`).join("; ");

/** Types that contain one other type: text, prefix of a printed value, and how a value is made. */
function containers(item: GeneratedType): readonly GeneratedType[] {
  const { declarations, printer } = item;
  const text = `(${item.text})`;
  const sequence = (type: string, list: string, open: string, close: string) => ({
    declarations,
    text: `${text} ${type}`,
    printer: `(fun _ x -> "${open}" ^ items (${list} (${printer} false) x) ^ "${close}")`,
    value: items(item).map((all) => `${open}${all.join("; ")}${close}`),
  });
  const argument = (
    type: string,
    pattern: string,
    label: string,
    others: string,
    make: fc.Arbitrary<string>,
  ) => ({
    declarations,
    text: `${text} ${type}`,
    printer: `(fun n -> function ${pattern} -> par n ("${label} " ^ ${printer} true x)${others})`,
    value: make,
  });
  return [
    sequence("list", "List.map", "[", "]"),
    {
      ...sequence("array", "(fun f a -> Array.to_list (Array.map f a))", "[|", "|]"),
      // OCaml has no literal for an array whose type is only known at run time.
      value: items(item).map((all) => `[|${all.join("; ")}|]`),
    },
    argument(
      "option",
      "Some x",
      "Some",
      ' | None -> "None"',
      fc.oneof(
        fc.constant("None"),
        item.value.map((value) => `(Some ${value})`),
      ),
    ),
    argument(
      "ref",
      "{ contents = x }",
      "ref",
      "",
      item.value.map((value) => `(ref ${value})`),
    ),
    argument(
      "lazy_t",
      "lazy x",
      "lazy",
      "",
      item.value.map((value) => `(forced (lazy ${value}))`),
    ),
  ];
}

function tupleType(types: readonly GeneratedType[]): GeneratedType {
  return {
    declarations: declared(types),
    text: `(${types.map((each) => `(${each.text})`).join(" * ")})`,
    printer: `(fun _ (${names(types).join(", ")}) -> "(" ^ String.concat ", " [${printed(types)}] ^ ")")`,
    value: tuple(types).map((values) => `(${values.join(", ")})`),
  };
}

function recordType(types: readonly GeneratedType[], id: number): GeneratedType {
  const fields = types.map((each, index) => `${index % 2 ? "mutable " : ""}f${index} : ${each.text}`);
  const parts = types.map((each, index) => `"f${index} = " ^ ${each.printer} false x.f${index}`);
  return {
    declarations: [...declared(types), `type r${id} = { ${fields.join("; ")} }`],
    text: `r${id}`,
    printer: `(fun _ (x : r${id}) -> "{" ^ items [${parts.join("; ")}] ^ "}")`,
    value: tuple(types).map(
      (values) => `({ ${values.map((value, index) => `f${index} = ${value}`).join("; ")} } : r${id})`,
    ),
  };
}

/** A variant with constants, constructors with one and several arguments and one with fields; or a polymorphic variant. */
function variantType(types: readonly GeneratedType[], id: number, polymorphic: boolean): GeneratedType {
  const [first, ...rest] = types;
  if (!first) throw new Error("A variant needs an argument.");
  const tick = polymorphic ? "`" : "";
  const name = `v${id}`;
  const [a, b, c, d] = ["A", "B", "C", "D"].map((letter) => `${tick}${letter}${id}`);
  const inner = rest.length > 1 ? tupleType(rest) : (rest[0] ?? first);
  const several = rest.map((each) => `(${each.text})`).join(" * ");
  const product = rest.length > 1 ? `| ${c} of ${polymorphic ? `(${several})` : several}` : "";
  const fields = polymorphic ? "" : `| D${id} of { f : ${first.text}; g : ${inner.text} }`;
  const cases = `${a} | ${b} of ${first.text} ${product} ${fields} | ${tick}E${id}`;
  const printedSeveral =
    rest.length > 1
      ? `| ${c} (${names(rest).join(", ")}) -> par n ("${c} (" ^ String.concat ", " [${printed(rest)}] ^ ")")`
      : "";
  const printedFields = polymorphic
    ? ""
    : `| D${id} { f; g } -> par n ("${d} {f = " ^ ${first.printer} false f ^ "; g = " ^ ${inner.printer} false g ^ "}")`;
  const values = [
    fc.constantFrom(`(${a} : ${name})`, `(${tick}E${id} : ${name})`),
    first.value.map((value) => `(${b} ${value} : ${name})`),
    ...(rest.length > 1 ? [tuple(rest).map((all) => `(${c} (${all.join(", ")}) : ${name})`)] : []),
    ...(polymorphic
      ? []
      : [fc.tuple(first.value, inner.value).map(([f, g]) => `(D${id} { f = ${f}; g = ${g} } : ${name})`)]),
  ];
  return {
    declarations: [...declared(types), `type ${name} = ${polymorphic ? `[ ${cases} ]` : cases}`],
    text: name,
    printer: `(fun n (x : ${name}) -> match x with ${a} -> "${a}" | ${tick}E${id} -> "${tick}E${id}" | ${b} x -> par n ("${b} " ^ ${first.printer} true x) ${printedSeveral} ${printedFields})`,
    value: fc.oneof(...values),
  };
}

/** Types of a nesting of at most `depth`. Declared types have names that no other generated type has. */
function typesOf(depth: number): fc.Arbitrary<GeneratedType> {
  if (depth === 0) return fc.constantFrom(...leaves);
  const inner = typesOf(depth - 1);
  const several = fc.array(inner, { minLength: 2, maxLength: 4 });
  const id = fc.noBias(fc.integer({ min: 0, max: 2 ** 40 }));
  return fc.oneof(
    fc.constantFrom(...leaves),
    fc.tuple(inner, fc.nat(4)).map(([item, kind]) => containers(item)[kind] ?? item),
    several.map(tupleType),
    fc.tuple(several, id).map(([types, name]) => recordType(types, name)),
    // A record of floats only is stored in another way.
    id.map((name) =>
      recordType(
        leaves.filter(({ text }) => text === "float"),
        name,
      ),
    ),
    fc.tuple(several, id, fc.boolean()).map(([types, name, kind]) => variantType(types, name, kind)),
  );
}

/** A value with its type. */
export const generatedValues: fc.Arbitrary<GeneratedValue> = typesOf(3).chain((type) =>
  type.value.map((expression) => ({ type, expression })),
);
