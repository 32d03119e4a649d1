import type { ImageSize } from "../image/size/imageSize.ts";
import type { ImageParts } from "../protocol/image.ts";

/** Where the bytes of an image come from, with the names of symbols as in the source: `run_12` for `camlLwt_main.run_12`. */
export function imageParts({ modules, other }: ImageSize): ImageParts {
  return {
    modules: modules.map(({ module, language, library, package: owner, bytes, symbols }) => ({
      module,
      language,
      library,
      package: owner,
      bytes,
      symbols: symbols.map(({ name, kind, bytes: size }) => ({
        name: language === "ocaml" ? withoutModule(name, module) : name,
        kind,
        bytes: size,
      })),
    })),
    other,
  };
}

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
function withoutModule(symbol: string, module: string): string {
  const prefix = `caml${module}`;
  if (!symbol.startsWith(prefix)) return symbol;
  return symbol.slice(prefix.length).replace(/^(?:\.|\$|__)/, "") || symbol;
}
