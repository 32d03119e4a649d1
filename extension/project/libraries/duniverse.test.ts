import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDuneFile } from "./duneFile.ts";
import { modulesBelow } from "./duniverse.ts";

describe("the libraries of duniverse", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-duniverse-"));
    const files = {
      "paf/lib/dune": `; (library (public_name not.this))
(library
 (name alpn)
 (public_name paf.alpn)
 (modules alpn)
 (libraries lwt))
(library
 (name paf)
 (public_name paf)
 (modules paf))`,
      "git/src/not-so-smart/dune": "(library (name smart_git) (public_name git.nss.git))",
      "re/lib/dune": "(library (public_name old-re) (wrapped false))",
      "re/lib/re_str.ml": "",
      "re/lib/re_str.mli": "",
      "tcpip/src/dune": `(library
 (name tcpip_ipv4)
 (public_name tcpip.ipv4)
 (modules :standard \\ udp_packet)
 (private_modules inner)
 (wrapped false))
(library (name tcpip_udp) (public_name tcpip.udp) (modules udp_packet generated) (wrapped false))`,
      "tcpip/src/ipv4_packet.ml": "",
      "tcpip/src/udp_packet.mli": "",
      "tcpip/src/inner.ml": "",
      "tcpip/src/syntax.mly": "",
      "own/dune": "(library (name own))",
      "paf/test/dune": "(library (name alpn) (public_name test.alpn))",
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("have the modules that their users see", async () => {
    assert.deepEqual(Object.fromEntries(await modulesBelow(folder)), {
      Alpn: [{ package: "paf", sublib: "alpn" }],
      Paf: [{ package: "paf", sublib: undefined }],
      Smart_git: [{ package: "git", sublib: "nss.git" }],
      Ipv4_packet: [{ package: "tcpip", sublib: "ipv4" }],
      Syntax: [{ package: "tcpip", sublib: "ipv4" }],
      Udp_packet: [{ package: "tcpip", sublib: "udp" }],
      Generated: [{ package: "tcpip", sublib: "udp" }],
      Re_str: [{ package: "old-re", sublib: undefined }],
    });
    assert.equal((await modulesBelow(join(folder, "nowhere"))).size, 0);
  });

  it("are not found in text that is not a dune file", () => {
    for (const text of ["", "(library", "(library (public_name", '(* -*- tuareg -*- *) let () = "(library"'])
      assert.deepEqual(readDuneFile(text).libraries, []);
  });
});
