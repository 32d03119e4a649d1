import { elfWithSymbols, type TestSymbol } from "../../extension/image/size/testElf.ts";

const units = 290;
const functionsOfUnit = 100;
const functionBytes = 128;
const unitBytes = functionsOfUnit * functionBytes;
const megabyte = 1 << 20;

/** An image of 10 MB with the symbols of 290 units of OCaml, as many as real ones have. */
export function generatedImage(): Buffer {
  const [codeAt, dataAt] = [0x10_0000, 0x100_0000];
  const symbols = Array.from({ length: units }, (_, unit): TestSymbol[] => {
    const prefix = `camlMirage_library__Module_${unit}`;
    const [code, data] = [codeAt + unit * unitBytes, dataAt + unit * 8000];
    const label = (what: string, section: number, address: number): TestSymbol => {
      return { name: `${prefix}.${what}`, section, address, bytes: 0 };
    };
    const functions = Array.from({ length: functionsOfUnit }, (__, each): TestSymbol => {
      const address = code + each * functionBytes;
      return {
        ...label(`function_${each}_${each + 300}`, 0, address),
        bytes: functionBytes - 9,
        isFunction: true,
      };
    });
    return [
      label("code_begin", 0, code),
      ...functions,
      label("code_end", 0, code + unitBytes),
      label("data_begin", 1, data),
      label("data_end", 1, data + 5000),
      label("frametable", 1, data + 5008),
    ];
  }).flat();
  const sections = [
    { name: ".text", address: codeAt, bytes: units * unitBytes, flags: "AX" },
    { name: ".data", address: dataAt, bytes: units * 8000, flags: "WA" },
  ];
  const small = elfWithSymbols(sections, symbols).length;
  const debug = { name: ".debug_info", address: 0, bytes: Math.max(0, 10 * megabyte - small) };
  return elfWithSymbols([...sections, debug], symbols);
}

/** The number of its functions. */
export const generatedFunctions = units * functionsOfUnit;
