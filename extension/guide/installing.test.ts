import assert from "node:assert/strict";
import type { Detection } from "../toolchain/detect.ts";
import { basicsReady } from "../toolchain/readiness.ts";
import { toolIds, type ToolId } from "../toolchain/toolId.ts";
import { tools } from "../toolchain/tools.ts";
import { needs, packageManagers, planFor, type Here } from "./installing.ts";
import { linux } from "../toolchain/testHost.ts";

/** All tools there, except those named, and with these versions instead. */
function detections(without: readonly ToolId[] = [], versions: Partial<Record<ToolId, string>> = {}) {
  const all = toolIds.map((id): [ToolId, Detection] => [
    id,
    without.includes(id)
      ? { id, kind: "missing", reason: "not there" }
      : { id, kind: "found", path: `/o/${id}`, version: versions[id] ?? tools[id].minimum ?? "9.9" },
  ]);
  return Object.fromEntries(all) as Record<ToolId, Detection>;
}

const complete: Here = {
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
const noOpam: Here = { ...notSetUp, detections: detections(["opam", "ocaml", "mirage"]) };

const lineOf = (need: (typeof needs)[number], here: Here): string | undefined => {
  const plan = planFor(need, here);
  return plan.kind === "run" ? plan.commandLine : undefined;
};

describe("planFor", () => {
  it("has nothing to do where all is there, and says what", () => {
    for (const need of needs) assert.equal(planFor(need, complete).kind, "done", need);
    const plan = planFor("mirage", complete);
    assert.ok(plan.kind === "done" && plan.detail.includes("mirage 4.9.0"), JSON.stringify(plan));
  });

  it("installs opam with the package manager that is there, before all else", () => {
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
        assert.equal(lineOf(need, { ...noOpam, packageManager }), line);
  });

  it("installs opam on macOS and the BSDs with theirs; root needs no sudo", () => {
    const on = (platform: NodeJS.Platform, asRoot = "sudo ") =>
      packageManagers(platform).map((packageManager) =>
        lineOf("switch", { ...noOpam, packageManager, asRoot, host: { ...linux, platform } }),
      );
    assert.deepEqual(on("darwin"), ["brew install opam", "sudo port install opam"]);
    assert.deepEqual(on("freebsd", ""), ["pkg install ocaml-opam"]);
    assert.deepEqual(on("openbsd", "doas "), ["doas pkg_add opam"]);
  });

  it("takes opam's own installer where no package manager is known, and its manual without curl", () => {
    const { packageManager: ___, ...alone } = noOpam;
    assert.match(lineOf("switch", alone) ?? "", /opam\.ocaml\.org\/install\.sh/);
    const plan = planFor("switch", { ...alone, curl: false });
    assert.ok(plan.kind === "read" && plan.url.startsWith("https://opam.ocaml.org/"));
  });

  it("takes it too where opam is too old: the package manager has no newer one", () => {
    const here = { ...complete, detections: detections([], { opam: "2.0.5" }) };
    assert.match(lineOf("mirage", here) ?? "", /opam\.ocaml\.org\/install\.sh/);
  });

  it("sets opam up before it makes a switch; without bubblewrap in a container", () => {
    assert.equal(lineOf("mirage", notSetUp), "opam init --bare");
    const host = { ...linux, container: true };
    assert.equal(lineOf("switch", { ...notSetUp, host }), "opam init --bare --disable-sandboxing");
  });

  it("creates a switch whose compiler ocaml-solo5 supports, under a name that is free", () => {
    const here = { ...noSwitch, detections: detections(["ocaml", "mirage"]) };
    assert.equal(lineOf("mirage", here), "opam switch create mirage 5.4.1");
    const old = { ...complete, switches: ["mirage"], detections: detections([], { ocaml: "4.12.1" }) };
    assert.equal(lineOf("switch", old), "opam switch create mirage-5.4.1 5.4.1");
  });

  it("asks for a choice where there are switches and none is in use", () => {
    assert.equal(planFor("mirage", { ...noSwitch, switches: ["a", "b"] }).kind, "selectSwitch");
  });

  it("installs into the switch in use, by name, only what is missing", () => {
    const without = (...ids: readonly ToolId[]): Here => ({ ...complete, detections: detections(ids) });
    assert.equal(
      lineOf("mirage", without("mirage", "opam-monorepo")),
      "opam install --switch=work mirage opam-monorepo",
    );
    assert.equal(lineOf("mirage", without("opam-monorepo")), "opam install --switch=work opam-monorepo");
    assert.equal(
      lineOf("solo5", without("ocaml-solo5", "solo5-elftool")),
      "opam install --switch=work ocaml-solo5 solo5",
    );
    assert.equal(lineOf("ocamllsp", without("ocamllsp")), "opam install --switch=work ocaml-lsp-server");
    const spaced = { ...without("ocamllsp"), opamSwitch: "/my work" };
    assert.equal(lineOf("ocamllsp", spaced), "opam install '--switch=/my work' ocaml-lsp-server");
  });

  it("upgrades what is too old", () => {
    const here = { ...complete, detections: detections([], { mirage: "4.5.0" }) };
    assert.equal(lineOf("mirage", here), "opam upgrade --switch=work mirage");
  });

  it("says why Solo5 is not for macOS, and that mirage wants WSL on Windows", () => {
    const mac = planFor("solo5", {
      ...complete,
      detections: detections(["ocaml-solo5"]),
      host: { ...linux, platform: "darwin" },
    });
    assert.ok(mac.kind === "read" && /it needs Linux/.test(mac.why), JSON.stringify(mac));
    const windows = planFor("switch", { ...noOpam, host: { ...linux, platform: "win32" } });
    assert.ok(windows.kind === "read" && /WSL/.test(windows.why) && windows.url.includes("wsl"));
  });
});

describe("basicsReady", () => {
  const opam = { kind: "opam" } as const;
  it("is all true where every essential tool is there", () => {
    assert.deepEqual(basicsReady(opam, detections(["solo5-hvt", "ocamllsp", "gdb"])), {
      opamReady: true,
      mirageReady: true,
      setupReady: true,
    });
  });

  it("tells opam and its switch from mirage and from the rest", () => {
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

  it("takes no compiler of the system's for a switch", () => {
    assert.equal(basicsReady({ kind: "path" }, detections(["mirage"])).opamReady, false);
  });
});
