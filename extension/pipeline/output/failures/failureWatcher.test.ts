import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { lineSplitter } from "../../../platform/lines.ts";
import { failureRules } from "./failureRules.ts";
import type { FailureContext, FailureHint } from "./failure.ts";
import { failureWatcher } from "./failureWatcher.ts";
import { anyText } from "../../../../test/harness/anyText.ts";

const defaults: FailureContext = {
  step: "build",
  target: "hvt",
  root: "/home/dev/my hello",
  configFile: "/home/dev/my hello/config.ml",
  readText: () => undefined,
};

function explain(
  output: string | Uint8Array,
  context: Partial<FailureContext> = {},
): FailureHint | undefined {
  const watcher = failureWatcher({ ...defaults, ...context });
  const splitter = lineSplitter(watcher.line);
  splitter.push(Buffer.from(output));
  splitter.end();
  return watcher.end();
}

const recorded = (path: string) =>
  readFileSync(new URL(`../../../../test-workspace/recordings/mirage-4.11.1/${path}`, import.meta.url));

/** Recording, code, a pattern of the message, action. */
const recordings: readonly (readonly [path: string, code: string, names: RegExp, action: string])[] = [
  ["locks/second-build.stderr", "dune-locked", /Another dune uses/, "none"],
  ["locks/configure-while-building.stderr", "dune-locked", /Another dune uses/, "none"],
  ["locks/clean-while-watch.stderr", "dune-locked", /process 3601/, "none"],
  ["make-depend/failures/no-opam.stderr", "opam-missing", /opam/, "checkSetup"],
  ["make-depend/failures/no-dune.stderr", "dune-missing", /dune/, "checkSetup"],
  ["make-depend/failures/no-network.stderr", "no-network", /github\.com/, "step build"],
  ["make-depend/applications/dhcp-hvt/make-depend.stderr", "no-network", /a server/, "step build"],
  ["make-depend/failures/unknown-package.stderr", "unknown-package", /no-such-package/, "opam update"],
  [
    "make-depend/device-usage/http-fetch-unix/make-depend.stderr",
    "unknown-package",
    /cohttp-mirage, conduit-mirage and tls-mirage/,
    "opam update",
  ],
  [
    "make-depend/failures/unsatisfiable.stderr",
    "unsatisfiable",
    /duration: hello-unix zdev requires >= 99\.0\.0/,
    "opam update",
  ],
  [
    "make-depend/failures/unsatisfiable-small-repository.stdout",
    "unsatisfiable",
    /compatible: duration: hello-spt zdev requires >= 9\.0\.0 (?:(?!ocaml-variants|system-mingw).)*$/,
    "opam update",
  ],
  [
    "make-depend/failures/pin-of-one-package.stdout",
    "pin-of-one-package",
    /Pin macaddr too, to the same repository as ipaddr/,
    "open /home/dev/my hello/config.ml",
  ],
  ["make-depend/failures/not-dune.stdout", "not-dune", /: bos\./, "configureWithOptions"],
  ["make-depend/failures/archive-missing.stdout", "pull-failed", /sources of duration/, "step pull"],
  ["make-depend/failures/archive-not-found.stdout", "pull-failed", /sources of duration/, "step pull"],
  ["make-depend/failures/archive-checksum.stdout", "pull-checksum", /archive of duration/, "opam update"],
  ["make-depend/failures/commit-missing.stdout", "pull-commit", /commit of duration/, "step lock"],
  ["paths/with-space/make-depend.stderr", "pull-path", /home\/dev\/my hello/, "none"],
  ["errors/toolchain/no-ocaml-solo5-clean.stderr", "solo5-missing", /ocaml-solo5/, "step install-switch"],
  ["errors/toolchain/no-solo5-elftool.stderr", "solo5-missing", /solo5/, "step install-switch"],
  [
    "errors/toolchain/mirage-lib-missing.stderr",
    "mirage-library-missing",
    /different switches/,
    "checkSetup",
  ],
  ["errors/build/hvt/state/no-duniverse-make.stderr", "library-missing", /mirage-solo5/, "step fetch"],
  ["builds/tutorial/hello-xen/build.stderr", "library-missing", /mirage-xen/, "step fetch"],
  ["builds/tutorial/hello-genode/build.stderr", "solo5-without-target", /genode/, "none"],
  ["errors/build/hvt/state/build-before-configure.stderr", "not-configured", /hvt/, "step configure"],
  ["errors/build/unix/missing-folder/make-build.stderr", "files-missing", /the folder "t"/, "none"],
  ["errors/configure/good/user-dune-file.stderr", "foreign-dune-file", /dune file/, "none"],
  ["errors/configure/good/unknown-target.stderr", "unknown-target", /nosuch/, "none"],
  ["errors/configure/good/unknown-target-tty.stdout", "unknown-target", /nosuch\./, "none"],
  ["errors/configure/good/unknown-option.stderr", "unknown-option", /--nope\./, "configureWithOptions"],
  [
    "errors/configure/version-too-new/configure-color-always.stderr",
    "version-mismatch",
    />= 4\.12\.0/,
    "opam install 'mirage>=4.12.0'",
  ],
  [
    "skeleton/device-usage/pgx/unix/configure.stderr",
    "version-mismatch",
    /< 4\.9\.0, but the newer 4\.11\.1.*\(\* mirage >= 4\.11\.0 & < 4\.12\.0 \*\)/,
    "open /home/dev/my hello/config.ml",
  ],
  ["skeleton/device-usage/network/hvt+net=host/configure.stderr", "sockets-on-solo5", /--net=direct/, "none"],
  ["skeleton/device-usage/block/muen/configure.stderr", "muen-block", /muen/, "none"],
];

/** Messages without a recording, worded as in the sources of the tools. */
const others: readonly (readonly [output: string, code: string, action: string])[] = [
  [
    "run ['_build/default/./config.exe' 'configure' '-t' 'hvt'\n     '--context-file' './mirage/context']: No such file or directory",
    "stale-build",
    "removeBuild",
  ],
  ["run ['dune' 'build' './config.exe']: No such file or directory", "dune-missing", "checkSetup"],
  ["opam: unknown command `monorepo'.", "opam-monorepo-missing", "opam install opam-monorepo"],
  ["[ERROR] Opam has not been initialised, please run `opam init'", "opam-unusable", "checkSetup"],
  ["opam-monorepo: [ERROR] No lockfile: try running `opam monorepo lock` first", "lock-missing", "step lock"],
  [
    "make: *** No rule to make target 'mirage/hello-hvt.opam', needed by 'lock'.  Stop.",
    "not-configured",
    "step configure",
  ],
  ["./solo5.c:1:10: fatal error: 'solo5.h' file not found", "solo5-missing", "step install-switch"],
  ["/x.cmi\nis not a compiled interface for this version of OCaml.", "other-compiler", "removeBuild"],
  ["Error: mkdir(/a/_build): Permission denied", "not-writable", "none"],
  ["Error: Invalid character U+FEFF in identifier", "byte-order-mark", "none"],
  ["Error: Illegal character (\\239)", "byte-order-mark", "none"],
  ["write: No space left on device", "disk-full", "none"],
  ["Error: dist/hello: Text file busy", "image-busy", "none"],
  ["gmake[2]: opam: Datei oder Verzeichnis nicht gefunden", "opam-missing", "checkSetup"],
  ["mingw32-make: dune: No such file or directory", "dune-missing", "checkSetup"],
  [
    "Unknown first line, must be '(* mirage >= a.b.c & < d.e.f *)'",
    "header-unreadable",
    "open /home/dev/my hello/config.ml",
  ],
];

const actionOf = ({ action }: FailureHint) => {
  if (action.kind === "step") return `step ${action.step}`;
  if (action.kind === "open") return `open ${action.file}`;
  if (action.kind === "extension") return action.command.replace("mirageos.", "");
  return action.kind === "command" ? action.commandLine : action.kind;
};

describe("failureWatcher", () => {
  for (const [path, code, names, action] of recordings) {
    it(`explains ${path}`, () => {
      const hint = explain(recorded(path));
      assert.equal(hint?.code, code);
      assert.match(hint.message, names);
      assert.equal(actionOf(hint), action);
    });
  }

  for (const [output, code, action] of others) {
    it(`explains ${output.replaceAll("\n", " ").slice(0, 60)}`, () => {
      const hint = explain(`${output}\n`);
      assert.equal(hint?.code, code);
      assert.equal(actionOf(hint), action);
    });
  }

  it("distinguishes a missing compiler for Unikraft from another failure of dune", () => {
    const output = recorded("errors/toolchain/no-ocaml-unikraft.stderr");
    assert.match(explain(output, { target: "unikraft-qemu" })?.message ?? "", /Unikraft/);
    assert.match(explain(output)?.message ?? "", /dune itself/);
  });

  it("adds nothing to a compiler's message", () => {
    assert.equal(explain(recorded("errors/build/hvt/type-error/make-build.stderr")), undefined);
    assert.equal(explain(recorded("errors/configure/syntax-error/configure.stderr")), undefined);
    assert.equal(explain(""), undefined);
  });

  it("has a different code for each cause", () => {
    const codes = failureRules.map(({ code }) => code);
    assert.deepEqual(codes, [...new Set(codes)]);
  });

  it("accepts any lines, and its message stays short in a flood of output", () => {
    const line = fc.oneof(
      fc.constantFrom("run ['dune' 'x'", "  'y']: No such", "- a -> (problem)", "    No known", " ↳ step"),
      anyText(),
    );
    fc.assert(fc.property(fc.array(line), (lines) => void explain(lines.join("\n"))));
    const watcher = failureWatcher({ ...defaults, step: "lock", target: "unix" });
    for (let i = 0; i < 100_000; i++) watcher.line(`- package${i} -> (problem) ${"x".repeat(i % 100)}`);
    for (let i = 0; i < 100_000; i++) watcher.line(`   indented ${i}`);
    assert.ok((watcher.end()?.message.length ?? 0) < 1000);
  });
});
