import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { consoleParser } from "./consoleParser.ts";
import { explainCrash } from "./explain.ts";
import { frameCandidates, frameLabel } from "./links.ts";
import type { LogRecord } from "./model.ts";

const recordings = join(import.meta.dirname, "../../test-workspace/recordings/logs");

function crashOf(path: string) {
  const records: LogRecord[] = [];
  const parser = consoleParser({ now: () => 0, onRecord: (record) => records.push(record) });
  parser.stdout(readFileSync(join(recordings, path)));
  parser.end();
  return explainCrash(records);
}

describe("explainCrash", () => {
  const cases: readonly (readonly [string, RegExp, RegExp])[] = [
    ["runtime/spt/mode-oom.stdout", /out of memory/, /"memory" in launch\.json/],
    ["runtime/tender-hvt/mem-4.stdout", /out of memory/, /memory/],
    ["runtime/tender-hvt/mem-1.stderr", /out of memory/, /memory/],
    ["runtime/virtio-qemu-tcg/low-memory.stdout", /out of memory/, /memory/],
    ["runtime/tender-hvt/missing-device-net.stderr", /device service0 is attached to nothing/, /tap/],
    ["net-run/spt-tap-busy.stderr", /tap0 cannot be used: Device or resource busy/, /another tap/],
    ["net-run/unix-direct-unprivileged.stderr", /may not make its network interface/, /tuntap/],
    ["runtime/tender-hvt/dev-kvm-eacces.stderr", /\/dev\/kvm.*Permission denied/, /group kvm/],
    ["runtime/tender-hvt/no-dev-kvm-enoent.stderr", /\/dev\/kvm.*No such/, /spt/],
    ["hello-run/hvt-direct-pvm-fails.stderr", /KVM/, /spt/],
    ["runtime/unix/mode-exn.stderr", /Custom\("boom", 42\), in unikernel\.ml line 14/, /Open the line/],
    ["runtime/unix/log-bad.stderr", /boot arguments: option '-l'/, /--help/],
    ["runtime/tender-hvt/solo5test-exception.stdout", /type=#PF/, /Invalid memory/],
  ];
  for (const [path, text, next] of cases) {
    it(`explains ${path}`, () => {
      const crash = crashOf(path);
      assert.match(crash?.text ?? "", text);
      assert.match(crash?.next ?? "", next);
    });
  }

  it("finds nothing to explain where all went well", () => {
    assert.equal(crashOf("hello-run/spt.stdout"), undefined);
    assert.equal(crashOf("runtime/tender-hvt/sigint.stderr"), undefined);
  });
});

describe("frameCandidates", () => {
  const roots = { project: "/p", switchPrefix: "/s" };
  it("looks in the project, its builds and the switch", () => {
    assert.equal(frameCandidates("unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.equal(
      frameCandidates("duniverse/lwt/src/core/lwt.ml", roots)[0],
      "/p/duniverse/lwt/src/core/lwt.ml",
    );
    assert.equal(frameCandidates("_build/solo5/unikernel.ml", roots)[0], "/p/unikernel.ml");
    assert.ok(frameCandidates("camlinternalLazy.ml", roots).includes("/s/lib/ocaml/camlinternalLazy.ml"));
    assert.deepEqual(frameCandidates("/x/_build/default/a.ml", roots), ["/x/_build/default/a.ml", "/x/a.ml"]);
  });

  it("follows no name out of the project", () => {
    assert.deepEqual(frameCandidates("../../etc/passwd", roots), []);
    assert.deepEqual(frameCandidates("", roots), []);
  });

  it("names functions as the source does", () => {
    assert.equal(frameLabel("Dune__exe__Unikernel.start"), "Unikernel.start");
    assert.equal(frameLabel(undefined), "");
  });
});
