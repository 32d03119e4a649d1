import {
  union,
  boolean,
  array,
  absent,
  number,
  object,
  string,
  literal,
  type Validated,
} from "./validators.ts";

const isPartKind = literal("code", "data", "frametable", "constants", "zeroed");
const isLanguage = literal("ocaml", "c");

/**
 * The functions and values of a module that are of one kind: their names, separated by line feeds, and their bytes. An image
 * has tens of thousands; with an object for each, the message would be several times larger, and slow to copy.
 */
const isSymbols = object({ kind: isPartKind, names: string, bytes: array(number) });

/** A compilation unit of OCaml or an object file of C. All sizes are in bytes of memory. */
const isModule = object({
  module: string,
  language: isLanguage,
  /** Undefined if it is in no known library. */
  library: union(string, absent),
  /** Undefined if it is unknown, and for the project itself. */
  package: union(string, absent),
  bytes: object({ code: number, data: number, frametable: number, constants: number, zeroed: number }),
  /** At most one entry of each kind. */
  symbols: array(isSymbols),
});

/** Where the bytes of an image come from. */
export const isImageParts = object({
  modules: array(isModule),
  /** Bytes that belong to no module. */
  other: object({
    unwind: number,
    linking: number,
    padding: number,
    literals: number,
    generated: number,
    unexplained: number,
  }),
});

/** A section in memory; `kind` is undefined if modules have no such bytes. */
const isSection = object({ name: string, kind: union(isPartKind, absent), bytes: number });

/** A property of the image; `hint` explains it and may be empty. */
const isFact = object({ label: string, value: string, hint: string });

const isImageView = union(
  object({
    kind: literal("image"),
    name: string,
    facts: array(isFact),
    parts: isImageParts,
    stripped: boolean,
    /** Of an image without symbols, in place of its modules; else empty. */
    sections: array(isSection),
    /** For each package, the packages that require it: from one that the unikernel requires itself to the package. */
    requirements: array(object({ package: string, path: array(string) })),
    /** How many builds before this one are stored for a comparison. */
    earlierBuilds: number,
    /** The image that it is compared with. `title` is its name, such as `the last build`. */
    before: union(object({ title: string, parts: isImageParts }), absent),
  }),
  /** While the sizes of its modules are read. */
  object({ kind: literal("reading"), name: string, facts: array(isFact) }),
  /** `message` is a sentence. */
  object({ kind: literal("failed"), message: string }),
);

export type PartKind = Validated<typeof isPartKind>;
export type SectionView = Validated<typeof isSection>;
export type PackedSymbols = Validated<typeof isSymbols>;
export type ModuleView = Validated<typeof isModule>;
export type ImageParts = Validated<typeof isImageParts>;
export type ImageFact = Validated<typeof isFact>;
export type ImageRequirement = Extract<ImageView, { kind: "image" }>["requirements"][number];
export type ImageView = Validated<typeof isImageView>;

/** A function or value of a module. */
export interface NamedSize {
  readonly name: string;
  readonly kind: PartKind;
  readonly bytes: number;
}

/** Groups symbols by their kind. A line feed in a name becomes a space. */
export function packSymbols(symbols: readonly NamedSize[]): readonly PackedSymbols[] {
  const packed = new Map<PartKind, { names: string[]; bytes: number[] }>();
  for (const { name, kind, bytes } of symbols) {
    const group = packed.get(kind) ?? { names: [], bytes: [] };
    packed.set(kind, group);
    group.names.push(name.includes("\n") ? name.replaceAll("\n", " ") : name);
    group.bytes.push(bytes);
  }
  return [...packed].map(([kind, { names, bytes }]) => ({ kind, names: names.join("\n"), bytes }));
}

/** The reverse of `packSymbols`. */
export function unpackSymbols({ kind, names, bytes }: PackedSymbols): readonly NamedSize[] {
  const all = names.split("\n");
  return bytes.map((each, index) => ({ name: all[index] ?? "", kind, bytes: each }));
}

/** Messages from the extension. */
export const isToImagePage = object({ kind: literal("show"), view: isImageView });
export type ToImagePage = Validated<typeof isToImagePage>;

const isSourceRequest = object({
  kind: literal("openSource"),
  module: string,
  language: isLanguage,
  library: union(string, absent),
  /** The function or value; empty for the module itself. */
  symbol: string,
});
export type SourceRequest = Validated<typeof isSourceRequest>;

/** Messages from the page. The response is a text for the user, which may be empty. */
export const isFromImagePage = union(
  /** The page has loaded. The response arrives after a `show` message, which a page that was replaced may have received. */
  object({ kind: literal("loaded") }),
  isSourceRequest,
  object({ kind: literal("copy"), text: string }),
  object({ kind: literal("saveSvg"), text: string }),
  object({ kind: literal("compare"), with: literal("lastBuild", "earlierBuild", "file", "nothing") }),
);
export type FromImagePage = Validated<typeof isFromImagePage>;
