/**
 * Takes the WebAssembly code of Graphviz out of its npm package. The package contains it as text, compressed
 * with zstd. Brotli, which only the extension's side can decompress, makes it a quarter smaller.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { Plugin } from "esbuild";

/** The expression of the package that decodes the code. */
const decoding = /(?<=\?\?=)\w+\(\w+\(\w+\)\)(?=,\w+\(\{wasmBinary:)/;

/** Builds the package without the code, which `webviews/graph/worker.ts` sets as a global variable. */
export const graphvizWithoutCode: Plugin = {
  name: "graphviz-without-code",
  setup(builder) {
    builder.onLoad({ filter: /wasm-graphviz[\\/]dist[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      decodingIn(source);
      return { contents: source.replace(decoding, "globalThis.graphvizCode") };
    });
  },
};

/** Returns the WebAssembly code in the installed package. Rejects if the package is of an unknown form. */
export async function graphvizCode(): Promise<Uint8Array> {
  const source = await readFile(fileURLToPath(import.meta.resolve("@hpcc-js/wasm-graphviz")), "utf8");
  const module = `${source}\nexport const code = ${decodingIn(source)};`;
  const address = `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
  const { code } = (await import(address)) as { readonly code: unknown };
  if (!(code instanceof Uint8Array)) throw new Error("@hpcc-js/wasm-graphviz contains no WebAssembly code.");
  return code;
}

/** Compresses the code with Brotli: fast and large, or slow and small. */
export async function compressedGraphviz(fast: boolean): Promise<Uint8Array> {
  const code = await graphvizCode();
  return promisify(brotliCompress)(code, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: fast ? 4 : constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: code.length,
    },
  });
}

function decodingIn(source: string): string {
  const found = decoding.exec(source)?.[0];
  if (found === undefined) throw new Error("@hpcc-js/wasm-graphviz decodes its code in an unknown way.");
  return found;
}
