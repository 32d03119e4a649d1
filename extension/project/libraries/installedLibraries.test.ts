import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cpuMs } from "../../../test/harness/cpuTime.ts";
import { installedModules, readDunePackage, readMeta } from "./installedLibraries.ts";
import { createModuleIndex, type LibraryPlaces } from "./moduleIndex.ts";

const lib = (name: string, sublib?: string) => ({ package: name, sublib });

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A switch with packages of dune 3 and dune 2, and one that topkg built. */
const switchFiles = {
  "logs-syslog/META": 'package "mirage" ( directory = "mirage" )',
  "logs-syslog/dune-package": `(lang dune 3.17)
(name logs-syslog)
(library
 (name logs-syslog.mirage)
 (kind normal)
 (main_module_name Logs_syslog_mirage)
 (modules
  (singleton
   (obj_name logs_syslog_mirage)
   (visibility public)
   (source (path Logs_syslog_mirage) (intf (path mirage/x.mli)) (impl (path mirage/x.ml))))))`,
  "tcpip/dune-package": `(lang dune 3.17)
(name tcpip)
(library
 (name tcpip)
 (main_module_name Tcpip)
 (modules
  (wrapped
   (group
    (alias (obj_name tcpip) (visibility public) (kind alias) (source (path Tcpip) (impl (path t.ml-gen))))
    (name Tcpip)
    (modules (module (obj_name tcpip__Ip) (visibility public) (source (path Ip) (impl (path ip.ml)))))))))
(library
 (name tcpip.ipv4)
 (modules
  (unwrapped
   (module (obj_name ipv4_packet) (visibility public) (source (path Ipv4_packet) (impl (path a.ml))))
   (module (obj_name static_ipv4) (visibility public) (source (path Static_ipv4) (impl (path b.ml))))
   (module (obj_name inner) (visibility private) (source (path Inner) (impl (path c.ml)))))))`,
  "old/dune-package": `(lang dune 2.9)
(name old)
(library
 (name old)
 (modules (unwrapped ((name OldOne) (obj_name oldOne) (visibility public) (impl) (intf)))))`,
  "logs/META": `# written by hand
archive(byte) = "logs.cma"
plugin(byte) = "logs.cma"
package "fmt" (
  requires = "logs fmt"
  archive(byte,mt) = "logs_fmt.cma"
  exists_if = "logs_fmt.cma"
)
package "nested" ( directory = "nested" package "deep" ( directory = "deep" archive(byte) = "deep.cma" ) )
package "empty" ( )
package "system" ( directory = "+unix" archive(byte) = "unix.cma" )`,
  "logs/logs.cmi": "",
  "logs/logs__inner.cmi": "",
  "logs/logs_fmt.cmi": "",
  "logs/nested/deep/deep.cmi": "",
  "lwt/dune-package": `(library (name lwt.unix) (modules (singleton (name Lwt_unix) (obj_name lwt_unix) (visibility public))))`,
  "no-library/readme": "",
  "file.txt": "",
};

describe("the libraries of a switch", () => {
  let folder: string;
  const at = (path: string) => join(folder, path);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-installed-"));
    await write(at("lib"), switchFiles);
  });
  after(() => rm(folder, { recursive: true }));

  it("have the public modules that dune-package and META name", async () => {
    assert.deepEqual(Object.fromEntries(await installedModules(at("lib"))), {
      Logs_syslog_mirage: [lib("logs-syslog", "mirage")],
      Tcpip: [lib("tcpip")],
      Ipv4_packet: [lib("tcpip", "ipv4")],
      Static_ipv4: [lib("tcpip", "ipv4")],
      OldOne: [lib("old")],
      Logs: [lib("logs")],
      Logs_fmt: [lib("logs", "fmt")],
      Deep: [lib("logs", "nested.deep")],
      Lwt_unix: [lib("lwt", "unix")],
    });
    assert.equal((await installedModules(at("nowhere"))).size, 0);
  });

  it("are read from any text without an exception, in linear time", () => {
    for (const text of [
      "",
      "(library",
      "(library (name x) (modules ()))",
      'package "a" (',
      ")))",
      '"',
      "archive(",
    ]) {
      readDunePackage(text);
      assert.equal(readMeta(text, "a")[0]?.name, "a");
      const begun = cpuMs();
      readDunePackage(text.repeat(20_000));
      readMeta(text.repeat(20_000), "a");
      assert.ok(cpuMs() - begun < 2000, text);
    }
  });

  describe("that have a module", () => {
    let requests: number;
    const places = (more: Partial<LibraryPlaces> = {}): LibraryPlaces => ({
      duniverse: at("duniverse"),
      installed: () => {
        requests++;
        return Promise.resolve([at("lib")]);
      },
      locked: new Map(),
      hasUnix: false,
      ...more,
    });
    beforeEach(() => (requests = 0));

    it("are those that were fetched, otherwise the installed ones, otherwise those of the table", async () => {
      const find = createModuleIndex();
      assert.deepEqual(await find("Logs_fmt", places()), [lib("logs", "fmt")]);
      assert.deepEqual(await find("Udp_packet", places()), [lib("tcpip", "udp")]);
      assert.deepEqual(await find("My_lib", places({ locked: new Map([["my-lib", "1"]]) })), [lib("my-lib")]);
      await write(at("duniverse"), { "x/dune": "(library (public_name own.fmt) (name logs_fmt))" });
      requests = 0;
      assert.deepEqual(await find("Logs_fmt", places()), [lib("own", "fmt")]);
      assert.equal(requests, 0);
    });

    it("are searched again after a folder changed", async () => {
      const find = createModuleIndex();
      assert.deepEqual(await find("Later", places()), []);
      await write(at("lib"), {
        "later/dune-package": "(library (name later) (main_module_name Later) (modules (wrapped (group))))",
      });
      // The folder's time has the resolution of the file system.
      await utimes(at("lib"), new Date(0), new Date(86_400_000));
      assert.deepEqual(await find("Later", places()), [lib("later")]);
    });

    it("do not need Unix for a target that lacks it", async () => {
      const find = createModuleIndex();
      assert.deepEqual(await find("Lwt_unix", places()), []);
      assert.deepEqual(await find("Lwt_unix", places({ hasUnix: true })), [lib("lwt", "unix")]);
    });
  });
});
