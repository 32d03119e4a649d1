import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readImageSize } from "../image/size/imageSize.ts";
import { elfWithSymbols, inMemory, type TestSymbol } from "../image/size/testElf.ts";
import { isImageParts, packSymbols, unpackSymbols } from "../protocol/image.ts";
import { createBuildSummaries } from "./buildSummaries.ts";
import { imageFacts, readFacts } from "./facts.ts";
import { imageParts, imageSections } from "./imageParts.ts";
import { findModuleSource, sourceFolders } from "./moduleSource.ts";
import { readProjectImage } from "./readProjectImage.ts";

let folder = "";

async function write(path: string, content: string | Buffer): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

const sections = [
  { name: ".text", address: 0x1000, bytes: 0x200, flags: "AX" },
  { name: ".bss", address: 0x5000, bytes: 0x1000, flags: "WA", type: 8 },
  { name: ".debug_info", address: 0, bytes: 0x500 },
];
const label = (name: string, address: number): TestSymbol => ({ name, section: 0, address, bytes: 0 });
const symbolsOf = (separator: string): readonly TestSymbol[] => [
  label(`camlStdlib__List${separator}code_begin`, 0x1000),
  {
    name: `camlStdlib__List${separator}rev_12`,
    section: 0,
    address: 0x1000,
    bytes: 0x180,
    isFunction: true,
  },
  label(`camlStdlib__List${separator}code_end`, 0x1200),
];
const image = elfWithSymbols(sections, symbolsOf("."));

describe("The view of an image", () => {
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "mirageos image é "))));
  afterEach(() => rm(folder, { recursive: true }));
  describe("The parts of an image for its view", () => {
    for (const separator of [".", "$", "__"])
      it(`have the names of the source with the separator ${separator}`, async () => {
        const size = await readImageSize(inMemory(elfWithSymbols(sections, symbolsOf(separator))));
        assert.ok(size.kind === "size");
        const parts = imageParts(size);
        assert.ok(isImageParts(parts));
        assert.deepEqual(
          parts.modules.map(({ module, symbols }) => [module, symbols.map(({ names }) => names)]),
          [["Stdlib__List", ["rev_12"]]],
        );
      });
  });

  describe("The symbols of a module", () => {
    it("are packed by their kinds, and are the same afterwards", () => {
      const symbols = [
        { name: "run_12", kind: "code" as const, bytes: 10 },
        { name: "", kind: "data" as const, bytes: 4 },
        { name: "a b\u0000<i>", kind: "code" as const, bytes: 0 },
      ];
      const [first, second, third] = symbols;
      assert.deepEqual(packSymbols(symbols).flatMap(unpackSymbols), [first, third, second]);
      assert.deepEqual(packSymbols([]), []);
      assert.deepEqual(packSymbols([{ name: "two\nlines", kind: "code", bytes: 1 }]).flatMap(unpackSymbols), [
        { name: "two lines", kind: "code", bytes: 1 },
      ]);
    });
  });

  describe("The facts about an image", () => {
    it("are read from its headers alone, and are the same as those from all of it", async () => {
      const path = await write("hello", image);
      const size = await readImageSize(inMemory(image));
      assert.ok(size.kind === "size");
      assert.deepEqual(await readFacts(path), imageFacts({ kind: "elf", machine: 62 }, size));
      assert.equal(await readFacts(join(folder, "gone")), undefined);
      assert.equal(await readFacts(await write("cut", image.subarray(0, image.length - 10))), undefined);
    });

    it("are its target, ABI and devices, what strip removes, and the size in memory", async () => {
      const size = await readImageSize(inMemory(image));
      assert.ok(size.kind === "size");
      const facts = (kind: Parameters<typeof imageFacts>[0]) =>
        imageFacts(kind, size).map(({ label: name, value }) => `${name}: ${value}`);
      const devices = [
        { name: "service", type: "NET_BASIC" },
        { name: "storage", type: "BLOCK_BASIC" },
      ] as const;
      const shown = facts({ kind: "solo5", abi: { target: "hvt", version: 1 }, devices });
      assert.deepEqual(shown.slice(0, 4), [
        "Target: hvt",
        "ABI: 1",
        "Devices: service (network), storage (block)",
        "Size in memory: 4.6 KB",
      ]);
      assert.ok(shown.includes("Debug information: yes"));
      assert.match(shown.at(-1) ?? "", /^Removed by strip: 1\.\d KB$/);
      assert.equal(facts({ kind: "elf", machine: 62 })[0], "Machine: x86-64");
      assert.equal(facts({ kind: "elf", machine: 9999 })[0], "Machine: unknown (9999)");
    });
  });

  describe("An image is read", () => {
    it("without a project, when names alone say the packages", async () => {
      const read = await readProjectImage(await write("a b.hvt", image), undefined);
      assert.ok(read.kind === "image");
      assert.deepEqual(
        read.size.modules.map((each) => [each.module, each.package]),
        [["Stdlib__List", "ocaml"]],
      );
    });

    it("with names alone if _build was removed and the lock file is gone, or is that of another target", async () => {
      const path = await write("dist/hello.hvt", image);
      const project = { buildDir: folder, inside: "", root: folder, libraryFolders: [join(folder, "gone")] };
      const lockFile = await write(
        "mirage/hello-unix.opam.locked",
        'depends: [\n  "other-package" {= "1.0"}\n]\n',
      );
      for (const each of [undefined, join(folder, "gone.locked"), lockFile]) {
        // oxlint-disable-next-line no-await-in-loop -- The readings are independent, but few.
        const read = await readProjectImage(path, { ...project, lockFile: each });
        assert.ok(read.kind === "image");
        assert.deepEqual(
          read.size.modules.map(({ module, library, package: owner }) => [module, library, owner]),
          [["Stdlib__List", undefined, "ocaml"]],
        );
      }
    });

    it("with the files of a key-value store in place of the data of their module, if they fit in there", async () => {
      const digest = "0123456789abcdef0123456789abcdef";
      const of = (content: string) =>
        `  let d_${digest} = "${content}"\n\n  let file_chunks = function\n` +
        `    | "a b.txt" | "/a b.txt" -> Some [ d_${digest}; ]\n    | _ -> None\n`;
      const unit = "camlDune__exe__Static_t";
      const data = { name: ".data", address: 0x2000, bytes: 0x80, flags: "WA" };
      const symbols = [`${unit}.data_begin`, `${unit}.1`].map((name) => label(name, 0x2000));
      const path = await write(
        "dist/site",
        elfWithSymbols([data], [...symbols, label(`${unit}.data_end`, 0x2080)]),
      );
      const project = { buildDir: folder, inside: "", root: folder, lockFile: undefined, libraryFolders: [] };
      const names = async (content: string) => {
        await write("_build/default/Static_t.ml", of(content));
        const read = await readProjectImage(path, project);
        assert.ok(read.kind === "image");
        return read.size.modules.flatMap(({ symbols: all }) => all.map(({ name, bytes }) => [name, bytes]));
      };
      assert.deepEqual(await names("x".repeat(80)), [["a b.txt", 96]]);
      assert.deepEqual(await names("x".repeat(200)), [[`${unit}.1`, 0x80]]);
    });

    it("for another machine, and has that machine in its facts", async () => {
      const foreign = Buffer.from(image);
      foreign.writeUInt16LE(183, 18);
      const read = await readProjectImage(await write("arm", foreign), undefined);
      assert.ok(read.kind === "image");
      assert.deepEqual(
        imageFacts(read.image, read.size)
          .slice(0, 1)
          .map(({ label: name, value }) => `${name}: ${value}`),
        ["Machine: AArch64"],
      );
      assert.equal(read.size.modules.length, 1);
    });

    it("without symbols, and says so", async () => {
      const read = await readProjectImage(
        await write("stripped.hvt", elfWithSymbols(sections, [])),
        undefined,
      );
      assert.ok(read.kind === "image" && read.size.stripped);
      assert.deepEqual(read.size.modules, []);
      assert.deepEqual(imageSections(read.size), [
        { name: ".text", kind: "code", bytes: 0x200 },
        { name: ".bss", kind: "zeroed", bytes: 0x1000 },
      ]);
      assert.ok(read.size.loaded > 0);
    });

    it("with names that are control characters or HTML, which stay texts", async () => {
      const hostile = "<img src=x onerror=alert(1)>\u001b[31m";
      const file = elfWithSymbols(sections, [
        label(`caml${hostile}.code_begin`, 0x1000),
        { name: `caml${hostile}.run`, section: 0, address: 0x1000, bytes: 0x80, isFunction: true },
        label(`caml${hostile}.code_end`, 0x1200),
      ]);
      const read = await readProjectImage(await write("hostile.hvt", file), undefined);
      assert.ok(read.kind === "image");
      const parts = imageParts(read.size);
      assert.ok(isImageParts(parts));
      assert.deepEqual(
        parts.modules.map(({ module, symbols }) => [module, symbols.map(({ names }) => names)]),
        [[hostile, ["run"]]],
      );
    });

    it("to a sentence that says what is wrong with the file", async () => {
      const message = async (path: string) => {
        const read = await readProjectImage(path, undefined);
        return read.kind === "failed" ? read.message : read.kind;
      };
      const shown = "can't be shown as an image:";
      assert.equal(await message(join(folder, "gone.hvt")), `gone.hvt ${shown} the file does not exist.`);
      assert.equal(await message(folder), `${folder.split("/").at(-1)} ${shown} it is not a regular file.`);
      assert.equal(
        await message(await write("script.hvt", "#!/bin/sh\n")),
        `script.hvt ${shown} it is not an ELF file.`,
      );
      assert.equal(await message(await write("empty.hvt", "")), `empty.hvt ${shown} it is not an ELF file.`);
      assert.match(
        await message(await write("cut.hvt", image.subarray(0, image.length - 10))),
        /^cut\.hvt can't be shown as an image: it ends before/,
      );
    });
  });

  describe("The stored builds of an image", () => {
    const parts = (bytes: number) => {
      const none = { code: bytes, data: 0, frametable: 0, constants: 0, zeroed: 0 };
      const symbols = [{ kind: "code" as const, names: "main_1", bytes: [bytes] }];
      const module = { module: "Main", language: "ocaml" as const, library: undefined, package: undefined };
      const other = { unwind: 0, linking: 0, padding: 0, literals: 0, generated: 0, unexplained: 0 };
      return { modules: [{ ...module, bytes: none, symbols }], other };
    };

    const path = "/p/dist/a.hvt";
    const code = (found: Awaited<ReturnType<ReturnType<typeof createBuildSummaries>["before"]>>) =>
      found?.modules[0]?.bytes.code;

    it("are the last twenty, without symbols", async () => {
      const { add, earlier, read, before } = createBuildSummaries(join(folder, "images"));
      assert.equal(await before(path, 100), undefined);
      for (let at = 1; at <= 23; at++)
        // oxlint-disable-next-line no-await-in-loop -- Builds come one after another.
        await add(path, at * 10 + 0.25, parts(at));
      const all = await earlier(path, 1000);
      assert.deepEqual(
        [all.length, all[0], all.at(-1)],
        [20, { at: 40.25, bytes: 4 }, { at: 230.25, bytes: 23 }],
      );
      const found = await before(path, 230.25);
      assert.deepEqual([code(found), found?.modules[0]?.symbols], [22, []]);
      assert.equal(code(await read(path, 40.25)), 4);
      assert.equal(await read(path, 30.25), undefined);
      assert.equal(await before("/p/dist/b.hvt", 1000), undefined);
    });

    it("contain an image once that was built twice", async () => {
      const { add, before, earlier } = createBuildSummaries(folder);
      await add(path, 10, parts(10));
      await add(path, 20, parts(20));
      await add(path, 20, parts(20));
      assert.equal(code(await before(path, 20)), 10);
      assert.equal((await earlier(path, 30)).length, 2);
    });

    it("have no builds of the future after a clock was set back", async () => {
      const { add, earlier } = createBuildSummaries(folder);
      await add(path, 5000, parts(10));
      await add(path, 20, parts(20));
      assert.deepEqual(await earlier(path, 9000), [{ at: 20, bytes: 20 }]);
    });

    it("leave out a build whose file is damaged", async () => {
      const summaries = createBuildSummaries(join(folder, "images"));
      await summaries.add(path, 10, parts(10));
      const { readdir } = await import("node:fs/promises");
      const [ofPath = ""] = await readdir(join(folder, "images"));
      const [file = ""] = await readdir(join(folder, "images", ofPath));
      await write(`images/${ofPath}/${file}`, '{"modules": [');
      await write(`images/${ofPath}/notes.txt`, "x");
      assert.equal(await summaries.before(path, 20), undefined);
      await summaries.add(path, 20, parts(20));
      assert.equal(code(await summaries.before(path, 30)), 20);
    });
  });

  describe("The source of a module", () => {
    const find = (module: string, symbol: string, language: "ocaml" | "c" = "ocaml") =>
      findModuleSource(
        { module, symbol, language },
        { folders: [join(folder, "duniverse/tls/lib")], buildDir: folder },
      );

    it("is in the folder of its library, at the definition of the symbol", async () => {
      const file = await write(
        "duniverse/tls/lib/core.ml",
        "open Lwt\n\nlet connection = 1\nlet rec connect x =\n  connect x\n",
      );
      assert.deepEqual(await find("Tls__Core", "connect_12"), { file, line: 3 });
      assert.deepEqual(await find("Tls__Core", "fun_763"), { file, line: 0 });
      assert.deepEqual(await find("Tls__Core", ""), { file, line: 0 });
    });

    it("is in the project for modules of the unikernel, and not in its dependencies", async () => {
      await write("duniverse/other/unikernel.ml", "");
      await write("_build/default/unikernel.ml", "");
      const file = await write("src/unikernel.ml", "let start () = ()\n");
      assert.deepEqual(await find("Dune__exe__Unikernel", "start_1"), { file, line: 0 });
    });

    it("is a file of C with the function", async () => {
      const file = await write(
        "duniverse/tls/lib/native/aes.c",
        "#include <a.h>\n\nstatic int\nround(int x)\n{\n}\n",
      );
      assert.deepEqual(await find("aes", "round", "c"), { file, line: 3 });
    });

    it("is undefined if no file has the name", async () => {
      assert.equal(await find("Tls__Missing", ""), undefined);
    });

    it("is where dune copied it from, and where a toolchain has it", () => {
      const context = join("/p", "_build", "solo5");
      const found = (library: string) => sourceFolders(library, context, "/p");
      const lwt = join("/p", "duniverse", "lwt");
      assert.deepEqual(found(join(context, "duniverse", "lwt", "src", "core")), [
        join(lwt, "src", "core"),
        lwt,
      ]);
      assert.deepEqual(found(join(context, "lib")), [join("/p", "lib")]);
      assert.deepEqual(found("/opam/lib/ocaml"), ["/opam/lib/ocaml"]);
    });
  });
});
