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

/** A compilation unit of OCaml or an object file of C. All sizes are in bytes of memory. */
const isModule = object({
  module: string,
  language: isLanguage,
  /** Undefined if it is in no known library. */
  library: union(string, absent),
  /** Undefined if it is unknown, and for the project itself. */
  package: union(string, absent),
  bytes: object({ code: number, data: number, frametable: number, constants: number, zeroed: number }),
  symbols: array(object({ name: string, kind: isPartKind, bytes: number })),
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

/** A property of the image; `hint` explains it and may be empty. */
const isFact = object({ label: string, value: string, hint: string });

const isImageView = union(
  object({
    kind: literal("image"),
    name: string,
    facts: array(isFact),
    parts: isImageParts,
    stripped: boolean,
    /** For each package, the packages that require it: from one that the unikernel requires itself to the package. */
    requirements: array(object({ package: string, path: array(string) })),
    /** How many builds before this one are stored for a comparison. */
    earlierBuilds: number,
    /** The image that it is compared with. `title` is its name, such as `the last build`. */
    before: union(object({ title: string, parts: isImageParts }), absent),
  }),
  /** `message` is a sentence. */
  object({ kind: literal("failed"), message: string }),
);

export type PartKind = Validated<typeof isPartKind>;
export type ModuleView = Validated<typeof isModule>;
export type ImageParts = Validated<typeof isImageParts>;
export type ImageFact = Validated<typeof isFact>;
export type ImageRequirement = Extract<ImageView, { kind: "image" }>["requirements"][number];
export type ImageView = Validated<typeof isImageView>;

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

/** Messages from the page. The response to all but the first is a text for the user, which may be empty. */
export const isFromImagePage = union(
  /** The page has loaded and is waiting for a `show` message. */
  object({ kind: literal("loaded") }),
  isSourceRequest,
  object({ kind: literal("copy"), text: string }),
  object({ kind: literal("saveSvg"), text: string }),
  object({ kind: literal("compare"), with: literal("lastBuild", "earlierBuild", "file", "nothing") }),
);
export type FromImagePage = Validated<typeof isFromImagePage>;
