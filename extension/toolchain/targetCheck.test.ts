import assert from "node:assert/strict";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import type { Detection, Detections } from "./detect.ts";
import { findTargetObstacle, needsTargetCheck } from "./targetCheck.ts";
import { targetProblem } from "./targetProblem.ts";
import { linux } from "./testHost.ts";

/** Detections in which all tools are found except these. */
function without(...missing: readonly ToolId[]): Detections {
  const all = toolIds.map((id): [ToolId, Detection] => [
    id,
    missing.includes(id)
      ? { id, kind: "missing", reason: "not found" }
      : { id, kind: "found", path: `/o/bin/${id}`, version: "99.0" },
  ]);
  return Object.fromEntries(all) as Record<ToolId, Detection>;
}

const noKvm = { ...linux, kvm: "absent" } as const;
const run = { builds: true, boots: true, installs: false };
const boot = { builds: false, boots: true, installs: false };
const build = { builds: true, boots: false, installs: false };

describe("findTargetObstacle", () => {
  it("finds nothing if the target can be built and booted", () => {
    for (const target of ["unix", "hvt", "spt", "virtio", "xen", "unikraft-qemu"] as const)
      assert.equal(findTargetObstacle(target, without(), linux, run), undefined, target);
  });

  it("refuses to boot hvt without KVM, and names spt, but lets it be built", () => {
    const found = findTargetObstacle("hvt", without(), noKvm, run);
    assert.equal(found?.action, "boot");
    assert.equal(found?.instead, "spt");
    assert.deepEqual(found?.reasons, ["this computer has no /dev/kvm"]);
    assert.equal(found?.needsTools, false);
    assert.equal(findTargetObstacle("hvt", without(), noKvm, build), undefined);
  });

  it("does not require the compiler to boot an image that exists", () => {
    assert.equal(findTargetObstacle("spt", without("ocaml-solo5"), linux, run)?.action, "build");
    assert.equal(findTargetObstacle("spt", without("ocaml-solo5"), linux, boot), undefined);
    assert.equal(findTargetObstacle("spt", without("solo5-spt"), linux, boot)?.action, "boot");
  });

  it("names the most similar target that works here", () => {
    const instead = (...args: Parameters<typeof findTargetObstacle>) => findTargetObstacle(...args)?.instead;
    assert.equal(instead("unikraft-firecracker", without(), noKvm, run), "unikraft-qemu");
    assert.equal(instead("muen", without(), linux, run), "hvt");
    assert.equal(instead("muen", without(), { ...linux, container: true }, run), "spt", "KVM can fail there");
    assert.equal(instead("qubes", without("xl"), noKvm, run), "spt");
    assert.equal(instead("hvt", without("solo5-hvt", "solo5-spt"), noKvm, run), "virtio");
    const nothingForSolo5 = without("ocaml-unikraft", "qemu-system-x86_64", "solo5-virtio-run");
    const mac = { ...linux, platform: "darwin", arch: "arm64", kvm: "absent" } as const;
    assert.equal(instead("spt", nothingForSolo5, mac, run), "macosx");
  });

  it("refuses a build without the cross compiler, unless the job can still install it", () => {
    const detections = without("ocaml-solo5", "solo5-elftool", "solo5-hvt");
    const found = findTargetObstacle("hvt", detections, linux, build);
    assert.equal(found?.action, "build");
    assert.equal(found?.needsTools, true);
    assert.match(found?.reasons.join() ?? "", /ocaml-solo5 is missing/);
    assert.equal(findTargetObstacle("hvt", detections, linux, { ...run, installs: true }), undefined);
  });

  it("does not count on a fetch for what opam does not install", () => {
    const found = findTargetObstacle("xen", without("xl"), linux, { ...run, installs: true });
    assert.deepEqual(found?.reasons, ["xl is missing"]);
  });

  it("does not refuse for the tools that each step reports itself, nor for those that are old or slow", () => {
    const essential = without("opam", "opam-monorepo", "mirage", "make", "dune", "ocaml");
    assert.equal(findTargetObstacle("spt", essential, linux, run), undefined);
    const slow = {
      ...without(),
      "solo5-hvt": { id: "solo5-hvt", kind: "found", path: "/o/bin/solo5-hvt", version: "0.1.0" },
      "solo5-elftool": { id: "solo5-elftool", kind: "missing", reason: "no answer", late: true },
    } as const;
    assert.equal(findTargetObstacle("hvt", slow, linux, run), undefined);
  });
});

describe("needsTargetCheck", () => {
  it("is not needed for an ordinary program", () => {
    assert.equal(needsTargetCheck("unix"), false);
    for (const target of ["macosx", "hvt", "spt", "muen", "unikraft-qemu"] as const)
      assert.equal(needsTargetCheck(target), true, target);
  });
});

describe("targetProblem", () => {
  const request = { unikernel: "/w/config.ml", root: "/w", builds: true, again: { goal: "build-and-run" } };
  const problemOf = (...args: Parameters<typeof findTargetObstacle>) => {
    const found = findTargetObstacle(...args);
    assert.ok(found);
    return (more: Partial<typeof request> = {}) => targetProblem(found, { ...request, ...more });
  };

  it("names the reason and offers the other target, or only the build", () => {
    const { message, actions } = problemOf("hvt", without(), noKvm, run)();
    assert.equal(
      message,
      "Images for hvt can't be booted here: this computer has no /dev/kvm. " +
        "Nothing was built. Use spt instead, or only build the image.",
    );
    assert.deepEqual(
      actions.map(({ title }) => title),
      ["Use spt Instead", "Build Only", "Check Setup"],
    );
    const common = { unikernel: "/w/config.ml" };
    assert.deepEqual(
      actions.slice(0, 2).map((action) => "args" in action && action.args),
      [
        [{ ...common, target: "spt", select: true, goal: "build-and-run" }],
        [{ ...common, target: "hvt", select: false, goal: "build" }],
      ],
    );
  });

  it("offers no build if there is an image already, or none can be built", () => {
    const titles = ({ actions }: ReturnType<typeof targetProblem>) => actions.map(({ title }) => title);
    assert.deepEqual(titles(problemOf("hvt", without(), noKvm, run)({ builds: false })), [
      "Use spt Instead",
      "Check Setup",
    ]);
    assert.deepEqual(titles(problemOf("spt", without("ocaml-solo5"), linux, run)()), [
      "Use unix Instead",
      "Check Setup",
    ]);
  });

  it("offers the picker of targets if no similar target works here", () => {
    const found = findTargetObstacle("hvt", without(), noKvm, run);
    assert.ok(found);
    const { message, actions } = targetProblem({ ...found, instead: undefined }, request);
    assert.match(message, /Select another target\.$/);
    const [select] = actions;
    assert.deepEqual(select, {
      title: "Select Target…",
      command: "mirageos.selectTarget",
      args: ["/w/config.ml"],
    });
  });

  it("offers the command that allows the use of KVM if it is the permission that lacks", () => {
    const denied = { ...linux, kvm: "denied" } as const;
    const { actions } = problemOf("hvt", without(), denied, run)();
    assert.deepEqual(
      actions.map(({ title }) => title),
      ["Use spt Instead", "Build Only", "Join Group kvm…"],
    );
  });

  it("says of an image for another system that VS Code can't start that", () => {
    assert.match(
      problemOf("muen", without(), linux, run)().message,
      /^Images for muen can't be booted here: VS Code can't start the system that they belong to\./,
    );
  });
});
