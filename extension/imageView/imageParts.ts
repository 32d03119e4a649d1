import type { ImageSize, SizedSymbol } from "../image/size/imageSize.ts";
import type { SectionUse } from "../image/size/sections.ts";
import { packSymbols, type ImageParts, type PartKind, type SectionView } from "../protocol/image.ts";

/** Where the bytes of an image come from, with the names of symbols as in the source: `run_12` for `camlLwt_main.run_12`. */
export function imageParts(size: ImageSize): ImageParts {
  const found = partsOf.get(size) ?? makeParts(size);
  partsOf.set(size, found);
  return found;
}

/** The parts of the images that have been read; they are used by the view and by the summaries of builds. */
const partsOf = new WeakMap<ImageSize, ImageParts>();

function makeParts({ modules, other }: ImageSize): ImageParts {
  return {
    modules: modules.map(({ module, language, library, package: owner, bytes, symbols }) => ({
      module,
      language,
      library,
      package: owner,
      bytes,
      symbols: packSymbols(
        language === "ocaml" ? symbols.map((each) => withShortName(each, module)) : symbols,
      ),
    })),
    other,
  };
}

/** The sections in memory of an image without symbols; empty for other images, which have modules. */
export function imageSections({ stripped, sections }: ImageSize): readonly SectionView[] {
  if (!stripped) return [];
  return sections.flatMap(({ name, use, bytes, loaded }) =>
    loaded && bytes > 0 ? [{ name, kind: kindOf[use], bytes }] : [],
  );
}

/** The uses of sections that modules have bytes of. */
const kindOf: Partial<Record<SectionUse, PartKind>> = {
  code: "code",
  data: "data",
  constants: "constants",
  zeroed: "zeroed",
};

/** The sizes of modules without their symbols, which take a fiftieth of the space. */
export function withoutSymbols({ modules, other }: ImageParts): ImageParts {
  return { modules: modules.map((each) => ({ ...each, symbols: [] })), other };
}

/** The bytes of an image in memory. */
export function partsBytes({ modules, other }: ImageParts): number {
  const sizes = [other, ...modules.map(({ bytes }) => bytes)].flatMap((each) => Object.values(each));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** OCaml separates the module from the name with `__`, since 5.1 with `.` or `$`. */
function withShortName(symbol: SizedSymbol, module: string): SizedSymbol {
  const prefix = `caml${module}`;
  if (!symbol.name.startsWith(prefix)) return symbol;
  const rest = symbol.name.slice(prefix.length);
  const isLong = rest.startsWith("__");
  const name = rest.slice(isLong ? 2 : rest.startsWith(".") || rest.startsWith("$") ? 1 : 0);
  return name === "" ? symbol : { ...symbol, name };
}
