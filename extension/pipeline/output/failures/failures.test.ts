import assert from "node:assert/strict";
import type { FailureContext, FailureHint } from "./failure.ts";
import { failureWatcher } from "./failureWatcher.ts";
import { installCommand } from "./systemPackages.ts";
import { registeredArguments } from "../userSources.ts";

const files = new Map<string, string>();
const context: FailureContext = {
  step: "build",
  target: "hvt",
  root: "/w/hello",
  configFile: "/w/hello/config.ml",
  readText: (path) => files.get(path.replaceAll("\\", "/").replace(/^[a-z]:/i, "")),
};

function explain(output: string, changed: Partial<FailureContext> = {}): FailureHint {
  const watcher = failureWatcher({ ...context, ...changed });
  for (const line of output.split("\n")) watcher.line(line);
  return watcher.end() ?? assert.fail(`no hint for ${output}`);
}

const commandOf = ({ action }: FailureHint) => (action.kind === "command" ? action.commandLine : action.kind);

describe("hints", () => {
  beforeEach(() => files.clear());

  describe("for a library that the target does not have", () => {
    const missing = (library: string, ...requiredBy: readonly string[]) =>
      [
        `Error: Library "${library}" not found.`,
        ...requiredBy.map((by) => `-> required by ${by}`),
        "Context: solo5",
      ].join("\n");
    const lwtUnix = 'library "lwt.unix" in _build/solo5/duniverse/lwt/src/unix';

    it("name the library that needs it, and do not offer to fetch", () => {
      const { code, message, action } = explain(missing("unix", lwtUnix));
      assert.equal(code, "target-lacks-library");
      assert.match(message, /lwt\.unix needs the library unix, which the target hvt does not have/);
      assert.deepEqual(action.kind === "extension" && action.command, "mirageos.selectTarget");
    });

    it("name the dependency of the unikernel that leads to it", () => {
      const cohttp = 'library "cohttp-lwt-unix" in _build/solo5/duniverse/cohttp/lwt-unix';
      const { message } = explain(
        missing("unix", lwtUnix, cohttp, "_build/solo5/main.exe", "alias dist/all (context solo5)"),
      );
      assert.match(message, /lwt\.unix needs the library unix.*through cohttp-lwt-unix/);
    });

    it("name this unikernel if it uses the library itself", () => {
      const { message } = explain(missing("unix", "_build/solo5/main.exe", "_build/solo5/dist/hello.hvt"));
      assert.match(message, /This unikernel uses the library unix, which the target hvt/);
    });

    it("know the other libraries and the other words of dune and findlib", () => {
      for (const library of ["threads", "threads.posix", "dynlink"])
        assert.match(
          explain(missing(library, lwtUnix), { target: "xen" }).message,
          new RegExp(`library ${library}, .* xen`),
        );
      const hidden = `Error: Library "unix" in
/home/dev/.opam/5/solo5-sysroot/lib/ocaml
is hidden (unsatisfied 'exist_if').
-> required by _build/solo5/duniverse/Zarith/discover.exe`;
      assert.match(explain(hidden).message, /^Zarith needs the library unix/);
      const executable = `Error: Library "unix" in /home/dev/.opam/solo5-sysroot/lib/ocaml is
hidden (unsatisfied 'exists_if').
-> required by library "dune-configurator" in
   _build/solo5/duniverse/dune_/otherlibs/configurator/src
-> required by executable discover in duniverse/jst-config/discover/dune:1
-> required by _build/solo5/main.exe`;
      assert.match(explain(executable).message, /^dune-configurator needs .* through jst-config\./);
      assert.equal(explain("ocamlfind: Package `threads' not found").code, "target-lacks-library");
    });

    it("say that the compiler is incomplete on a target of the host", () => {
      const { action } = explain(missing("unix", lwtUnix), { target: "unix" });
      assert.equal(action.kind, "checkSetup");
    });

    it("leave other libraries to Fetch, and str too", () => {
      for (const library of ["str", "unix-errno", "cohttp-mirage"])
        assert.equal(explain(missing(library, lwtUnix)).code, "library-missing", library);
    });

    it("say which library can't be built for the target", () => {
      const { code, message } = explain(
        'Error: Library "lwt.unix" in _build/solo5/duniverse/lwt/src/unix is hidden\n(optional with unavailable dependencies).',
      );
      assert.equal(code, "library-hidden");
      assert.match(message, /^lwt\.unix can't be built for the target hvt/);
    });
  });

  it("say that opam's sandbox does not work here, and offer to disable it", () => {
    for (const output of [
      "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
      "- bwrap: Creating new namespace failed: Operation not permitted",
      "# bwrap: setting up uid map: Permission denied",
      "bwrap: capset failed: Operation not permitted",
      "bwrap: Can't read /proc/sys/kernel/overflowuid: No such file or directory",
      "bwrap: No permissions to create new namespace, likely because the kernel does not allow it.",
      "- sandbox-exec: sandbox_apply: Operation not permitted",
      `[ERROR] Sandboxing is not working on your platform neon:
        "~/.opam/opam-init/hooks/sandbox.sh build sh -c echo SUCCESS | tee check-write" exited
        with code 1 "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted"`,
    ]) {
      const hint = explain(output);
      assert.equal(hint.code, "sandbox-unusable", output);
      assert.equal(commandOf(hint), "opam init --reinit --disable-sandboxing");
    }
    assert.match(
      explain("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted").message,
      /this computer: loopback: Failed RTM_NEWADDR: Operation not permitted\. /,
    );
  });

  it("distinguish a sandbox that is not installed, and a program that is missing inside", () => {
    for (const output of [
      "# The 'bwrap' command was not found. Install 'bubblewrap' on your system, or",
      "[ERROR] Missing dependencies -- the following commands are required for opam to operate:\n    - bwrap: Sandboxing tool",
      "/home/dev/.opam/opam-init/hooks/sandbox.sh: 1: bwrap: not found",
    ])
      assert.equal(explain(output).code, "sandbox-missing", output);
    const watcher = failureWatcher(context);
    watcher.line("bwrap: execvp m4: No such file or directory");
    assert.equal(watcher.end(), undefined);
  });

  it("name the system packages that opam could not install, with the command", () => {
    const hint = explain(String.raw`opam-monorepo: internal error, uncaught exception:
               (Failure
                 "System package install failed with exit code 1 at command:\
                \n    sudo apt-get install libgmp-dev libpcre3-dev")
               Raised at Stdlib.failwith in file "stdlib.ml", line 29, characters 17-33`);
    assert.equal(hint.code, "system-packages");
    assert.match(hint.message, /: libgmp-dev and libpcre3-dev\. Install/);
    assert.equal(commandOf(hint), "sudo apt-get install libgmp-dev libpcre3-dev");
    const opam = explain(
      `[ERROR] System package install failed with exit code 100 at command:\n            sudo apt-get install -qq -yy autoconf gnuplot-x11\n- E: Unable to correct problems: Permission denied`,
    );
    assert.match(opam.message, /: autoconf and gnuplot-x11\. /);
    assert.equal(commandOf(opam), "sudo apt-get install -qq -yy autoconf gnuplot-x11");
  });

  it("read the commands of other package managers", () => {
    for (const [command, packages] of [
      ["sudo dnf install -y gmp-devel pcre-devel", ["gmp-devel", "pcre-devel"]],
      ["apk add gmp-dev", ["gmp-dev"]],
      ["sudo pacman -Su --noconfirm gmp", ["gmp"]],
      ["brew install gmp pkg-config", ["gmp", "pkg-config"]],
      ["sudo zypper --non-interactive install gmp-devel", ["gmp-devel"]],
      ["sudo pkg_add gmp", ["gmp"]],
      ['/usr/bin/sudo "apt-get" "install" "libgmp-dev"', ["libgmp-dev"]],
      ["nix-env -iA nixpkgs.gmp", ["nixpkgs.gmp"]],
      ["doas pkg_add gmp", ["gmp"]],
      ["sudo -n apt-get install -y libgmp-dev", ["libgmp-dev"]],
      ["sudo env DEBIAN_FRONTEND=noninteractive apt-get install libgmp-dev", ["libgmp-dev"]],
    ] as const)
      assert.deepEqual(installCommand(command)?.packages, packages, command);
    for (const command of [
      "",
      "sudo",
      "sudo env",
      "sudo apt-get install",
      "apt-get install x; rm -rf ~",
      "apt-get install $(id)",
    ])
      assert.equal(installCommand(command), undefined, command);
  });

  it("never type what a shell would execute besides the package manager", () => {
    const hint = explain(
      "System package install failed with exit code 1 at command:\n    apt-get install `id` x",
    );
    assert.equal(hint.action.kind, "none");
  });

  it("name system packages that are missing or do not exist", () => {
    const unavailable = explain(
      "[ERROR] Package conf-gmp depends on the unavailable system package 'gmp'. You can use `--no-depexts'.",
    );
    assert.match(unavailable.message, /no gmp, which/);
    assert.match(
      explain("[ERROR] These packages are still missing: m4 libgmp-dev").message,
      /m4 and libgmp-dev/,
    );
  });

  it("name every unknown option", () => {
    const output =
      "mirage: unknown option '--public-ipv4'.\n        unknown option '--private-ipv4'.\n        unknown option --x.";
    assert.match(explain(output).message, /no option --public-ipv4, --private-ipv4 and --x\. /);
  });

  it("say which unknown options are boot arguments that the unikernel registers", () => {
    files.set(
      context.configFile,
      'open Mirage\nlet main = main "Nat.Main" job\nlet () = register "nat" [ main ]',
    );
    files.set(
      "/w/hello/nat.ml",
      `let ip = Mirage_runtime.register_arg
  (let doc = Arg.info ~doc:"The address [of eth0]" [ "public-ipv4"; "p" ] in Arg.(required & opt (some string) None doc))`,
    );
    const output = "mirage: unknown option '--public-ipv4'.\n        unknown option '--private-ipv4'.";
    const hint = explain(output);
    assert.match(
      hint.message,
      /^--public-ipv4: since mirage 4\.5, .* config\.ml has no option --private-ipv4\.$/,
    );
    assert.deepEqual(
      [hint.action, hint.alternative].map((action) => action?.kind === "extension" && action.command),
      ["mirageos.bootArguments", "mirageos.configureWithOptions"],
    );
    assert.deepEqual([...registeredArguments(context.configFile, context.readText)], ["public-ipv4", "p"]);
  });

  it("know the boot arguments of mirage's own devices, also those of a group", () => {
    files.set(context.configFile, 'open Mirage\nlet stack = generic_stackv4v6 ~group:"public" net');
    const output = ["--ipv4", "--public-ipv4-gateway", "--private-ipv4", "-l"].map(
      (name) => `unknown option '${name}'.`,
    );
    const { message } = explain(`mirage: ${output.join("\n        ")}`);
    assert.match(
      message,
      /^--ipv4, --public-ipv4-gateway and -l: since mirage 4\.5, .* no option --private-ipv4\.$/,
    );
  });

  it("offer to raise the header first where the installed mirage is newer", () => {
    files.set(context.configFile, "(* mirage >= 4.4.0 & < 4.11.0 *)\nopen Mirage");
    const hint = explain(
      "Version mismatch: required is mirage < 4.11.0, but 4.11.2 is installed. Please upgrade your installation",
    );
    assert.match(
      hint.message,
      /the newer 4\.11\.2 is installed\. Migrate config\.ml, which changes its first line to \(\* mirage >= 4\.11\.0 & < 4\.12\.0 \*\)/,
    );
    assert.deepEqual(hint.action, {
      kind: "open",
      title: "Migrate config.ml…",
      menu: true,
      file: context.configFile,
      range: { startLine: 0, startColumn: 0, endLine: 0, endColumn: 32 },
    });
    assert.equal(
      commandOf({ ...hint, action: hint.alternative ?? assert.fail() }),
      "opam install 'mirage<4.11.0'",
    );
    const older = explain("Version mismatch: required is mirage >= 4.12.0, but 4.11.2 is installed. Please");
    assert.equal(commandOf(older), "opam install 'mirage>=4.12.0'");
  });
});
