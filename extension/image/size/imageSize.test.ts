import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fileSource } from "../fileSource.ts";
import { readImageSize, type ImageSize, type SizeOptions } from "./imageSize.ts";
import { loadedSize } from "./loadedSize.ts";
import { elfWithSymbols, inMemory, type TestSection, type TestSymbol } from "./testElf.ts";
import { elfFile } from "../testImage.ts";

const recordings = new URL("../../../test-workspace/recordings/mirage-4.11.1/images/", import.meta.url);

async function sizeOf(file: Buffer, options?: SizeOptions): Promise<ImageSize> {
  const size = await readImageSize(inMemory(file), options);
  if (size.kind !== "size") throw new Error(`not an image: ${JSON.stringify(size)}`);
  return size;
}

/** The bytes of all modules and of what is in none. */
function sumOf({ modules, other }: ImageSize): number {
  const parts = [...modules.flatMap(({ bytes }) => Object.values(bytes)), ...Object.values(other)];
  return parts.reduce((sum, bytes) => sum + bytes, 0);
}

const text: TestSection = { name: ".text", address: 0x1000, bytes: 0x300, flags: "AX" };
const data: TestSection = { name: ".data", address: 0x2000, bytes: 0x200, flags: "WA" };
const others: readonly TestSection[] = [
  { name: ".rodata", address: 0x3000, bytes: 0x100, flags: "A" },
  { name: ".eh_frame", address: 0x4000, bytes: 0x80, flags: "A" },
  { name: ".bss", address: 0x5000, bytes: 0x1000, flags: "WA", type: 8 },
  { name: ".debug_info", address: 0, bytes: 0x500 },
];
const sections = [text, data, ...others];

const label = (name: string, section: number, address: number): TestSymbol => ({
  name,
  section,
  address,
  bytes: 0,
});
const code = (name: string, address: number, bytes: number): TestSymbol => {
  return { name, section: 0, address, bytes, isFunction: true };
};

/** A program of one unit and one function of C, with the markers of a version of OCaml. */
const program = (separator: string): readonly TestSymbol[] => [
  label(`camlLwt_main${separator}code_begin`, 0, 0x1000),
  code(`camlLwt_main${separator}run_12`, 0x1000, 0x40),
  code(`camlLwt_main${separator}alias_13`, 0x1000, 0x40),
  label(`camlLwt_main${separator}code_end`, 0, 0x1100),
  code("caml_alloc", 0x1100, 0x1f8),
  label(`camlLwt_main${separator}data_begin`, 1, 0x2000),
  label(`camlLwt_main${separator}data_end`, 1, 0x20a0),
  label(`camlLwt_main${separator}frametable`, 1, 0x20a8),
  label("caml_globals", 1, 0x2100),
];

const lwt = { name: "lwt", package: "lwt", members: ["lwt_main.o"], symbols: new Map<string, string>() };
const runtime = {
  name: "libasmrun",
  package: "ocaml",
  members: ["alloc.n.o"],
  symbols: new Map([["caml_alloc", "alloc.n.o"]]),
};

describe("The size of an image", () => {
  for (const separator of ["__", ".", "$"]) {
    it(`is divided into units whose names have ${separator}`, async () => {
      const size = await sizeOf(elfWithSymbols(sections, program(separator)), { libraries: [lwt, runtime] });
      assert.deepEqual(
        size.modules.map(({ module, language, library, package: name, bytes }) => {
          return { module, language, library, name, bytes };
        }),
        [
          {
            module: "Lwt_main",
            language: "ocaml",
            library: "lwt",
            name: "lwt",
            bytes: { code: 0x100, data: 0xa0, frametable: 0x58, constants: 0, zeroed: 0 },
          },
          {
            module: "alloc",
            language: "c",
            library: "libasmrun",
            name: "ocaml",
            bytes: { code: 0x1f8, data: 0, frametable: 0, constants: 0, zeroed: 0 },
          },
        ],
      );
      assert.deepEqual(size.modules[0]?.symbols, [
        { name: `camlLwt_main${separator}run_12`, kind: "code", bytes: 0x40 },
      ]);
      assert.equal(size.loaded, 0x300 + 0x200 + 0x100 + 0x80 + 0x1000);
      assert.equal(sumOf(size), size.loaded);
      assert.equal(size.other.unwind, 0x80);
      assert.equal(size.other.literals, 0x100);
    });
  }

  it("attributes a unit of two libraries to the one of which the image has more", async () => {
    const larger = { ...lwt, name: "other", package: "other", members: ["lwt_main.o", "a.o", "b.o"] };
    const size = await sizeOf(elfWithSymbols(sections, program(".")), { libraries: [larger, lwt] });
    assert.deepEqual(
      size.modules.slice(0, 1).map(({ library }) => library),
      ["lwt"],
    );
  });

  it("uses the names of modules where no library is left", async () => {
    const size = await sizeOf(elfWithSymbols(sections, program(".")), {
      packageOfModule: (module) => (module === "Lwt_main" ? "lwt" : undefined),
    });
    assert.equal(size.modules[0]?.package, "lwt");
  });

  it("is that of the sections if the image was stripped", async () => {
    const size = await sizeOf(elfWithSymbols(sections, []));
    assert.equal(size.stripped, true);
    assert.deepEqual(size.modules, []);
    assert.equal(sumOf(size), size.loaded);
  });

  it("is that of the segments if the headers of the sections were removed", async () => {
    const file = elfFile([]);
    const bytes = 16;
    file.writeUInt32LE(5, 64 + 4);
    file.writeBigUInt64LE(BigInt(bytes + 4096), 64 + 40);
    const size = await readImageSize(inMemory(file));
    assert.ok(size.kind === "size" && size.stripped);
    assert.deepEqual([size.loaded, size.other.unexplained], [bytes + 4096, bytes + 4096]);
    assert.deepEqual(
      size.sections.map((each) => [each.name, each.use, each.bytes]),
      [
        ["segment 1", "code", bytes],
        ["segment 1", "zeroed", 4096],
      ],
    );
    const cut = await readImageSize(inMemory(file.subarray(0, file.length - 1)));
    assert.equal(cut.kind, "truncated");
  });

  it("keeps its sum whatever the symbols claim", async () => {
    const hostile: readonly TestSymbol[] = [
      ...program("."),
      code("huge", 0x1050, Number.MAX_SAFE_INTEGER),
      code("outside", 0x9000_0000, 0x10),
      code("before", 0, 0x10),
      label("camlA.code_end", 0, 0x1010),
      label("camlA.code_begin", 0, 0x1200),
      label("camlB.code_begin", 0, 0x1080),
      label("camlB.code_end", 1, 0x2100),
      label("camlC.data_begin", 1, 0x2050),
      label("camlC.data_end", 1, 0x7fff_ffff),
      label("caml<b>\u001b[31m.frametable", 1, 0x2150),
    ];
    const size = await sizeOf(elfWithSymbols(sections, hostile));
    assert.equal(sumOf(size), size.loaded);
  });

  it("is refused with a reason for a file that is cut, is no ELF file or is of another kind", async () => {
    const file = elfWithSymbols(sections, program("."));
    const kinds = await Promise.all(
      [
        file.subarray(0, 3000),
        file.subarray(0, 40),
        file.subarray(0, file.length - 10),
        Buffer.from("#!/bin/sh\n"),
        Buffer.alloc(0),
        Buffer.concat([file.subarray(0, 4), Buffer.from([1]), file.subarray(5)]),
      ].map(async (bytes) => (await readImageSize(inMemory(bytes))).kind),
    );
    assert.deepEqual(kinds, ["truncated", "truncated", "truncated", "notElf", "notElf", "unsupported"]);
  });

  it("has the loaded bytes alone read from a path, and none from a file that is not an image", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-image-"));
    try {
      const path = join(folder, "hello world.hvt");
      const file = elfWithSymbols(sections, program("."));
      await writeFile(path, file);
      assert.equal(await loadedSize(path), (await sizeOf(file)).loaded);
      await writeFile(path, "#!/bin/sh\n");
      assert.equal(await loadedSize(path), undefined);
      assert.equal(await loadedSize(join(folder, "missing.hvt")), undefined);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("reads only headers and symbols of a sparse file of 2 GB", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-image-"));
    try {
      const path = join(folder, "sparse.hvt");
      await writeFile(path, elfWithSymbols(sections, program(".")));
      await truncate(path, 2 ** 31);
      const file = await open(path);
      try {
        const size = await readImageSize(await fileSource(file));
        assert.equal(size.kind === "size" && sumOf(size) === size.loaded && size.modules.length, 1);
      } finally {
        await file.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const name of ["block-spt", "hello-unix"])
    it(`of the recorded image ${name} agrees with size -A, and leaves at most 3 % unexplained`, async () => {
      const size = await sizeOf(recordedImage(name));
      const printed = [...read(`${name}/size.txt`).matchAll(/^(\.\S+)\s+(\d+)\s+(\d+)$/gm)];
      const loaded = printed.filter(([, section]) => !/^\.(?:debug|comment)/.test(section ?? ""));
      assert.equal(
        size.loaded,
        loaded.reduce((sum, [, , bytes]) => sum + Number(bytes), 0),
      );
      assert.equal(sumOf(size), size.loaded);
      assert.ok(size.other.unexplained < 0.03 * size.loaded, `${size.other.unexplained} bytes`);
      const modules = new Map(size.modules.map((each) => [each.module, each]));
      assert.ok((modules.get("Stdlib__Format")?.bytes.frametable ?? 0) > 1000);
      assert.ok((modules.get("CamlinternalFormat")?.symbols.length ?? 0) > 100);
    });

  it("agrees with size -A about a program of this computer", async function () {
    const tool = spawnSync("size", ["-A", "-d", process.execPath], { encoding: "utf8" });
    if (tool.error) this.skip();
    const file = await open(process.execPath);
    try {
      const size = await readImageSize(await fileSource(file));
      assert.ok(size.kind === "size");
      const printed = new Map(
        [...tool.stdout.matchAll(/^(\S+)\s+(\d+)\s+\d+$/gm)].map(([, name, bytes]) => [name, Number(bytes)]),
      );
      const loaded = size.sections.filter((section) => section.loaded);
      assert.deepEqual(
        loaded.map(({ name, bytes }) => [name, bytes]),
        loaded.map(({ name }) => [name, printed.get(name)]),
      );
      assert.equal(sumOf(size), size.loaded);
    } finally {
      await file.close();
    }
  });
});

const read = (path: string): string => readFileSync(new URL(path, recordings), "utf8");

/** Builds an image again from what `readelf -SW` and `readelf -sW` printed. */
function recordedImage(name: string): Buffer {
  const numbers: number[] = [];
  const found = [
    ...read(`${name}/sections.txt`).matchAll(
      /^ +\[ *(\d+)\] (\S+) +(\S+) +([\da-f]{16}) [\da-f]+ ([\da-f]+) \S+ +([A-Za-z]*) +\d/gm,
    ),
  ].filter(([, , section]) => !/^\.(?:symtab|strtab|shstrtab)$/.test(section ?? ""));
  const recorded = found.map(([, number, section = "", type, address = "", bytes = "", flags = ""]) => {
    numbers.push(Number(number));
    const kind = type === "NOBITS" ? 8 : type === "NOTE" ? 7 : 1;
    return { name: section, type: kind, address: parseInt(address, 16), bytes: parseInt(bytes, 16), flags };
  });
  const table = gunzipSync(readFileSync(new URL(`${name}/symtab.txt.gz`, recordings))).toString("latin1");
  const symbols = [
    ...table.matchAll(/^ *\d+: ([\da-f]{16}) +(\w+) (\w+) +(\w+) +\w+ +(\w+) (\S+)$/gm),
  ].flatMap(([, address = "", bytes, type, binding, index, symbol = ""]): TestSymbol[] => {
    const section = numbers.indexOf(Number(index));
    if (type === "FILE") return [{ name: symbol, section: undefined, address: 0, bytes: 0 }];
    if (section < 0) return [];
    return [
      {
        name: symbol,
        section,
        address: parseInt(address, 16),
        bytes: Number(bytes),
        isFunction: type === "FUNC",
        global: binding !== "LOCAL",
      },
    ];
  });
  return elfWithSymbols(recorded, symbols);
}
