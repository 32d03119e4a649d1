import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageOf, readLibraries } from "./libraries.ts";

/** A static library with an index, as GNU ar writes it. */
function archive(members: readonly string[], symbols: readonly (readonly [string, number])[]): Buffer {
  const header = (name: string, bytes: number): Buffer =>
    Buffer.from(`${name.padEnd(48)}${String(bytes).padEnd(10)}\`\n`);
  const longNames = Buffer.from(members.map((name) => `${name}/\n`).join(""));
  const names = Buffer.from(symbols.map(([name]) => `${name}\0`).join(""));
  const index = Buffer.alloc(4 + 4 * symbols.length);
  const padded = (content: Buffer): Buffer =>
    Buffer.concat([content, Buffer.alloc(content.length % 2, "\n")]);
  const indexBytes = index.length + names.length;
  const first = 8 + 60 + indexBytes + (indexBytes % 2) + 60 + longNames.length + (longNames.length % 2);
  index.writeUInt32BE(symbols.length, 0);
  for (const [each, [, member]] of symbols.entries()) index.writeUInt32BE(first + 64 * member, 4 + 4 * each);
  let nameAt = 0;
  const contents = members.flatMap((name) => {
    const at = nameAt;
    nameAt += name.length + 2;
    return [header(`/${at}`, 4), Buffer.from("code")];
  });
  return Buffer.concat([
    Buffer.from("!<arch>\n"),
    header("/", indexBytes),
    padded(Buffer.concat([index, names])),
    header("//", longNames.length),
    padded(longNames),
    ...contents,
  ]);
}

describe("The libraries of an image", () => {
  let root = "";
  const put = async (path: string, content: Buffer | string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "mirageos-libraries-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("have the modules and C symbols of their archives, and the package of their folder", async () => {
    const folder = "_build/solo5/duniverse/ocaml-dns";
    await put(`${folder}/client/dns_client.a`, archive(["dns_client.o"], [["camlDns_client.x_1", 0]]));
    await put(`${folder}/stubs/libdns_stubs.a`, archive(["a.o", "b_with_a_long_name.o"], [["dns_b", 1]]));
    await put("_build/solo5/lib/own.a", archive(["own.o"], []));
    await put("_build/solo5/broken.a", "no archive");
    await put("duniverse/ocaml-dns/dns.opam", "");
    await put("duniverse/ocaml-dns/dns-client.opam", "");
    await put("sysroot/ocaml/stdlib.a", archive(["stdlib__List.o"], []));
    await put("sysroot/ocaml/libasmrund.a", archive(["gc.nd.o"], []));
    const libraries = await readLibraries({
      root,
      context: join(root, "_build", "solo5"),
      toolchain: [join(root, "sysroot"), join(root, "missing")],
    });
    assert.deepEqual(
      libraries
        .map((each) => [each.name, each.package, each.members, [...each.symbols]])
        .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
      [
        ["dns_client", "dns-client", ["dns_client.o"], []],
        ["libdns_stubs", "dns", ["a.o", "b_with_a_long_name.o"], [["dns_b", "b_with_a_long_name.o"]]],
        ["own", undefined, ["own.o"], []],
        ["stdlib", "ocaml", ["stdlib__List.o"], []],
      ],
    );
  });

  it("are of the package with the longest matching name, else of the only one, else of the folder", () => {
    assert.equal(
      packageOf("mirage_crypto_rng_mirage", "x", ["mirage-crypto", "mirage-crypto-rng"]),
      "mirage-crypto-rng",
    );
    assert.equal(packageOf("tcp", "mirage-tcpip", ["tcpip"]), "tcpip");
    assert.equal(packageOf("b", "folder", ["one", "two"]), "folder");
  });
});
