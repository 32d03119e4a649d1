import assert from "node:assert/strict";
import type { Detection } from "../toolchain/detect.ts";
import { basicsReady } from "../toolchain/readiness.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import { tools } from "../toolchain/tools.ts";
import { needs, packageManagers, installPlan, type InstallContext } from "./installPlan.ts";
import { linux } from "../toolchain/testHost.ts";

/** All tools are found, except those in `without`; `versions` overrides their versions. */
function detections(without: readonly ToolId[] = [], versions: Partial<Record<ToolId, string>> = {}) {
  const all = toolIds.map((id): [ToolId, Detection] => [
    id,
    without.includes(id)
      ? { id, kind: "missing", reason: "not there" }
      : { id, kind: "found", path: `/o/${id}`, version: versions[id] ?? tools[id].minimum ?? "9.9" },
  ]);
  return Object.fromEntries(all) as Record<ToolId, Detection>;
}

const complete: InstallContext = {
  detections: detections(),
  host: linux,
  opamSwitch: "work",
  switches: ["work"],
  packageManager: "apt-get",
  curl: true,
  asRoot: "sudo ",
};
const { opamSwitch: _, ...noSwitch } = { ...complete, switches: [] };
const { switches: __, ...notSetUp } = { ...noSwitch, detections: detections(["ocaml", "mirage"]) };
const noOpam: InstallContext = { ...notSetUp, detections: detections(["opam", "ocaml", "mirage"]) };

const commandLineOf = (need: (typeof needs)[number], context: InstallContext): string | undefined => {
  const plan = installPlan(need, context);
  return plan.kind === "run" ? plan.commandLine : undefined;
};

describe("installPlan", () => {
  it("is done and lists the versions if everything is installed", () => {
    for (const need of needs) assert.equal(installPlan(need, complete).kind, "done", need);
    const plan = installPlan("mirage", complete);
    assert.ok(plan.kind === "done" && plan.detail.includes("mirage 4.9.0"), JSON.stringify(plan));
  });

  it("installs opam first, with the package manager that was found", () => {
    const expected = {
      "apt-get": "sudo apt-get install opam",
      dnf: "sudo dnf install opam",
      pacman: "sudo pacman -S --needed opam base-devel",
      zypper: "sudo zypper install opam",
      apk: "sudo apk add opam build-base bubblewrap",
    };
    assert.deepEqual(packageManagers("linux"), Object.keys(expected));
    for (const need of needs)
      for (const [packageManager, line] of Object.entries(expected))
        assert.equal(commandLineOf(need, { ...noOpam, packageManager }), line);
  });

  it("installs opam with the package managers of macOS and the BSDs, without sudo for root", () => {
    const on = (platform: NodeJS.Platform, asRoot = "sudo ") =>
      packageManagers(platform).map((packageManager) =>
        commandLineOf("switch", { ...noOpam, packageManager, asRoot, host: { ...linux, platform } }),
      );
    assert.deepEqual(on("darwin"), ["brew install opam", "sudo port install opam"]);
    assert.deepEqual(on("freebsd", ""), ["pkg install ocaml-opam"]);
    assert.deepEqual(on("openbsd", "doas "), ["doas pkg_add opam"]);
  });

  it("uses opam's own installer without a known package manager, and its manual without curl", () => {
    const { packageManager: ___, ...alone } = noOpam;
    assert.match(commandLineOf("switch", alone) ?? "", /opam\.ocaml\.org\/install\.sh/);
    const plan = installPlan("switch", { ...alone, curl: false });
    assert.ok(plan.kind === "read" && plan.url.startsWith("https://opam.ocaml.org/"));
  });

  it("uses opam's own installer if opam is too old", () => {
    const context = { ...complete, detections: detections([], { opam: "2.0.5" }) };
    assert.match(commandLineOf("mirage", context) ?? "", /opam\.ocaml\.org\/install\.sh/);
  });

  it("sets up opam before creating a switch, without sandboxing in a container", () => {
    assert.equal(commandLineOf("mirage", notSetUp), "opam init --bare");
    const host = { ...linux, container: true };
    assert.equal(commandLineOf("switch", { ...notSetUp, host }), "opam init --bare --disable-sandboxing");
  });

  it("creates a switch with an unused name and a compiler that ocaml-solo5 supports", () => {
    const context = { ...noSwitch, detections: detections(["ocaml", "mirage"]) };
    assert.equal(commandLineOf("mirage", context), "opam switch create mirage 5.4.1");
    const old = { ...complete, switches: ["mirage"], detections: detections([], { ocaml: "4.12.1" }) };
    assert.equal(commandLineOf("switch", old), "opam switch create mirage-5.4.1 5.4.1");
  });

  it("asks to select a switch if there are switches but none is in use", () => {
    assert.equal(installPlan("mirage", { ...noSwitch, switches: ["a", "b"] }).kind, "selectSwitch");
  });

  it("installs only the missing packages, into the named switch", () => {
    const without = (...ids: readonly ToolId[]): InstallContext => ({
      ...complete,
      detections: detections(ids),
    });
    assert.equal(
      commandLineOf("mirage", without("mirage", "opam-monorepo")),
      "opam install --switch=work mirage opam-monorepo",
    );
    assert.equal(
      commandLineOf("mirage", without("opam-monorepo")),
      "opam install --switch=work opam-monorepo",
    );
    assert.equal(
      commandLineOf("solo5", without("ocaml-solo5", "solo5-elftool")),
      "opam install --switch=work ocaml-solo5 solo5",
    );
    assert.equal(
      commandLineOf("ocamllsp", without("ocamllsp")),
      "opam install --switch=work ocaml-lsp-server",
    );
    const spaced = { ...without("ocamllsp"), opamSwitch: "/my work" };
    assert.equal(commandLineOf("ocamllsp", spaced), "opam install '--switch=/my work' ocaml-lsp-server");
  });

  it("upgrades packages that are too old", () => {
    const context = { ...complete, detections: detections([], { mirage: "4.5.0" }) };
    assert.equal(commandLineOf("mirage", context), "opam upgrade --switch=work mirage");
  });

  it("explains that Solo5 needs Linux, and that mirage needs WSL on Windows", () => {
    const mac = installPlan("solo5", {
      ...complete,
      detections: detections(["ocaml-solo5"]),
      host: { ...linux, platform: "darwin" },
    });
    assert.ok(mac.kind === "read" && /it needs Linux/.test(mac.why), JSON.stringify(mac));
    const windows = installPlan("switch", { ...noOpam, host: { ...linux, platform: "win32" } });
    assert.ok(windows.kind === "read" && /WSL/.test(windows.why) && windows.url.includes("wsl"));
  });
});

describe("basicsReady", () => {
  const opam = { kind: "opam" } as const;
  it("is true for everything if every essential tool is found", () => {
    assert.deepEqual(basicsReady(opam, detections(["solo5-hvt", "ocamllsp", "gdb"])), {
      opamReady: true,
      mirageReady: true,
      setupReady: true,
    });
  });

  it("distinguishes opam and its switch, mirage, and the remaining tools", () => {
    assert.deepEqual(basicsReady(opam, detections(["mirage", "dune"])), {
      opamReady: true,
      mirageReady: false,
      setupReady: false,
    });
    assert.deepEqual(basicsReady(opam, detections(["make"])), {
      opamReady: true,
      mirageReady: true,
      setupReady: false,
    });
    assert.equal(basicsReady(opam, detections([], { ocaml: "4.12.0" })).opamReady, false);
  });

  it("does not count the system's compiler as a switch", () => {
    assert.equal(basicsReady({ kind: "path" }, detections(["mirage"])).opamReady, false);
  });
});
