/** Makes sizes of images for tests. */
import {
  packSymbols,
  type ImageParts,
  type ModuleView,
  type NamedSize,
} from "../../../extension/protocol/image.ts";

export const nothingElse = { unwind: 0, linking: 0, padding: 0, literals: 0, generated: 0, unexplained: 0 };

/** A module with this many bytes of code and data, of which symbols have some. */
export function testModule(
  module: string,
  [owner, library]: readonly [owner: string | undefined, library: string | undefined],
  { code = 0, data = 0 }: { readonly code?: number; readonly data?: number },
  symbols: readonly NamedSize[] = [],
): ModuleView {
  const bytes = { code, data, frametable: 0, constants: 0, zeroed: 0 };
  return { module, language: "ocaml", library, package: owner, bytes, symbols: packSymbols(symbols) };
}

/** An image with the package tls, a module of the project, and 100 bytes of padding. */
export const testParts: ImageParts = {
  modules: [
    testModule("Tls", ["tls", "tls"], { code: 4000, data: 1000 }, [
      { name: "connect_12", kind: "code", bytes: 2500 },
      { name: "close_40", kind: "code", bytes: 1000 },
    ]),
    testModule("Tls__Core", ["tls", "tls"], { code: 2000 }),
    testModule("Dune__exe__Unikernel", [undefined, undefined], { code: 500 }),
    testModule("Mystery", [undefined, undefined], { code: 50 }),
  ],
  other: { ...nothingElse, padding: 100 },
};
