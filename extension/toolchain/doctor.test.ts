import assert from "node:assert/strict";
import type { Detection, Detections } from "./detect.ts";
import { doctorMarkdown, doctorReport, type DoctorInput, type DoctorLine } from "./doctor.ts";
import type { Host } from "./host.ts";
import {
  groupByReadiness,
  initialTargetRows,
  targetReadiness,
  targetsByReadiness,
  withReadiness,
} from "./readiness.ts";
import { targetIds, type TargetId } from "../mirage/targets.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import { tools } from "./tools.ts";
import { linux } from "./testHost.ts";

const found = (id: ToolId, version: string | undefined = tools[id].minimum ?? "9.9"): Detection => ({
  id,
  kind: "found",
  path: `/o/bin/${id}`,
  version,
});
const missing = (id: ToolId): Detection => ({
  id,
  kind: "missing",
  reason: `${id} was not found`,
});

/** All tools are found, except those in `without`; `but` overrides detections. */
function having(options: { without?: readonly ToolId[]; but?: readonly Detection[] } = {}): Detections {
  const all = toolIds.map((id) => {
    const instead = options.but?.find((one) => one.id === id);
    return [id, instead ?? (options.without?.includes(id) === true ? missing(id) : found(id))];
  });
  return Object.fromEntries(all) as Record<ToolId, Detection>;
}

function lines(detections: Detections, more: Partial<DoctorInput> = {}): Record<string, DoctorLine> {
  const environment = { label: "opam: mirage", why: "opam's current switch" };
  const report = doctorReport({ detections, host: linux, environment, targets: ["unix"], ...more });
  return Object.fromEntries(report.lines.map((line) => [line.id, line]));
}
const commandLine = (line: DoctorLine | undefined) =>
  line?.fix && "commandLine" in line.fix ? line.fix.commandLine : undefined;
const kvm = (state: Host["kvm"]) => lines(having(), { host: { ...linux, kvm: state } });

describe("what the selected targets need", () => {
  const needed = (...targets: readonly TargetId[]) =>
    Object.values(lines(having(), { targets })).flatMap(({ id, needed: is }) => (is ? [id] : []));
  const always = [
    "environment",
    "host",
    "opam",
    "mirage",
    "opam-monorepo",
    "dune",
    "ocaml",
    "make",
    "ocamllsp",
  ];

  it("is only what every unikernel needs for unix", () => {
    assert.deepEqual(needed("unix").toSorted(), [...always, "unix"].toSorted());
  });

  it("includes the compiler, the tender and KVM of hvt", () => {
    const more = ["kvm", "ocaml-solo5", "solo5-elftool", "solo5-hvt", "hvt"];
    assert.deepEqual(needed("hvt").toSorted(), [...always, ...more].toSorted());
    assert.ok(!needed("spt").includes("kvm"));
  });

  it("includes the QEMU of this computer only", () => {
    assert.ok(needed("virtio").includes("qemu-system-x86_64"));
    assert.ok(!needed("virtio").includes("qemu-system-aarch64"));
  });
});

describe("groupByReadiness", () => {
  it("lists the targets by what this computer can do with them, without empty groups", () => {
    const detections = having({ without: ["solo5-hvt"] });
    const sorted = targetsByReadiness(detections, linux);
    const groups = groupByReadiness(
      sorted.filter(({ target }) => ["unix", "hvt", "macosx"].includes(target)),
    );
    assert.deepEqual(
      groups.map(({ label, targets }) => `${label}: ${targets.map(({ target }) => target).join(" ")}`),
      ["ready: unix", "build only: hvt", "not ready: macosx"],
    );
    assert.deepEqual(
      groupByReadiness(sorted.filter(({ target }) => target === "unix")).map(({ label }) => label),
      ["ready"],
    );
  });

  it("has headings that leave room for the details of the targets", () => {
    for (const { label } of groupByReadiness(targetsByReadiness(having({ without: ["solo5-hvt"] }), linux)))
      assert.ok(label.length <= 10, label);
  });
});

describe("the rows of a picker of targets", () => {
  const known = targetsByReadiness(having({ without: ["solo5-hvt"] }), linux);
  const texts = (rows: ReturnType<typeof initialTargetRows>) =>
    rows.map((row) => ("heading" in row ? row.heading : `${row.target}: ${row.readiness?.boot.ready}`));

  it("are grouped if the readiness is known when the picker opens", () => {
    assert.deepEqual(texts(initialTargetRows(["hvt", "unix"], known)), [
      "ready to build and run on this computer",
      "unix: true",
      "builds, but can't be booted on this computer",
      "hvt: false",
    ]);
  });

  it("stay where they are if the readiness is known later", () => {
    const rows = initialTargetRows(["hvt", "unix"], undefined);
    assert.deepEqual(texts(rows), ["hvt: undefined", "unix: undefined"]);
    assert.deepEqual(texts(withReadiness(rows, known)), ["hvt: false", "unix: true"]);
    const grouped = initialTargetRows(["hvt", "unix"], known);
    assert.deepEqual(withReadiness(grouped, known), grouped);
  });
});

describe("doctorReport", () => {
  it("has a line for each tool and target, which are ready on Linux if nothing is missing", () => {
    const all = lines(having());
    assert.deepEqual(Object.keys(all), ["environment", "host", "kvm", ...toolIds, ...targetIds]);
    const unready = Object.values(all).filter(({ status }) => status !== "ready");
    assert.deepEqual(
      unready.map(({ id, status }) => [id, status]),
      [
        ["macosx", "missing"],
        ["muen", "limited"],
        ["genode", "limited"],
        ["qubes", "limited"],
      ],
    );
    assert.equal(all["mirage"]?.detail, "4.9.0 at /o/bin/mirage");
  });

  it("fixes a missing tool with the project's switch or with system packages", () => {
    const none = having({ without: toolIds });
    const all = lines(none, { opamSwitch: "/ws/my project" });
    assert.equal(commandLine(all["mirage"]), "opam install '--switch=/ws/my project' mirage");
    assert.equal(commandLine(all["gdb"]), "sudo apt install gdb");
    assert.equal(commandLine(lines(none)["opam-monorepo"]), "opam install opam-monorepo");
    assert.equal(commandLine(lines(none)["ocaml-solo5"]), "opam install ocaml-solo5 solo5");
    assert.equal(
      commandLine(lines(none)["unikraft-qemu"]),
      "opam install ocaml-unikraft ocaml-unikraft-backend-qemu",
    );
    const mac = lines(none, { host: { ...linux, platform: "darwin", packageManager: "brew" } });
    assert.equal(commandLine(mac["opam"]), "brew install opam");
    const bare = lines(none, { host: { ...linux, packageManager: undefined } });
    assert.deepEqual(bare["opam"]?.fix, {
      title: "Install opam",
      url: "https://opam.ocaml.org/doc/Install.html",
    });
  });

  it("distinguishes old and unknown versions from good ones", () => {
    const but: Detection[] = [
      found("mirage", "4.8.2"),
      found("ocaml", "4.12.1"),
      {
        ...found("dune"),
        kind: "found",
        path: "/o/bin/dune",
        version: undefined,
        note: "its output contains no version",
      },
    ];
    const all = lines(having({ but }));
    assert.equal(all["mirage"]?.status, "old");
    assert.equal(all["mirage"].detail, "4.8.2 at /o/bin/mirage is older than 4.9.0, the required version");
    assert.equal(commandLine(all["mirage"]), "opam upgrade mirage");
    assert.equal(commandLine(all["ocaml"]), "opam switch create mirage 5.4.1");
    assert.equal(all["dune"]?.status, "unknown");
    assert.match(all["dune"].detail, /^version unknown, at \/o\/bin\/dune/);
    assert.equal(all["unix"]?.status, "missing");
  });

  it("suggests what to do about /dev/kvm", () => {
    assert.equal(commandLine(kvm("denied")["kvm"]), "sudo usermod -aG kvm $USER");
    assert.equal(
      kvm("denied")["hvt"]?.detail,
      "builds, but can't be run: no permission to use /dev/kvm; the target spt needs no KVM",
    );
    assert.equal(kvm("absent")["kvm"]?.status, "missing");
    assert.equal(kvm("absent")["spt"]?.status, "ready");
    assert.match(kvm("absent")["virtio"]?.detail ?? "", /emulated, which is slow/);
  });

  it("escapes special characters of paths in Markdown", () => {
    const but: Detection[] = [{ id: "mirage", kind: "found", path: "/a|b/*x*", version: "4.11.1" }];
    const environment = { label: "opam: mirage", why: "chosen" };
    const markdown = doctorMarkdown(
      doctorReport({ detections: having({ but, without: ["gdb"] }), host: linux, environment, targets: [] }),
    );
    assert.ok(markdown.includes(String.raw`| mirage | ✓ ready | 4.11.1 at /a\|b/\*x\* |  |`));
    assert.ok(markdown.includes("| `sudo apt install gdb` |"));
    assert.ok(markdown.includes("## Targets"));
  });
});

describe("targetReadiness", () => {
  it("lists the reasons why a target cannot be built or booted", () => {
    const { build, boot } = targetReadiness("hvt", having({ without: ["ocaml-solo5", "solo5-hvt"] }), linux);
    assert.deepEqual(build, { ready: false, reasons: ["ocaml-solo5 is missing"] });
    assert.deepEqual(boot, { ready: false, reasons: ["solo5-hvt is missing"] });
    const mac = targetReadiness("spt", having(), { ...linux, platform: "darwin" });
    assert.deepEqual(mac.boot.reasons, ["it needs Linux"]);
    assert.deepEqual(mac.build.reasons, ["it needs Linux or FreeBSD or OpenBSD"]);
  });

  it("needs only one of the programs that can boot an image", () => {
    const run = targetReadiness("virtio", having({ without: ["solo5-virtio-run"] }), linux);
    assert.equal(run.boot.ready, true);
    const neither = having({ without: ["solo5-virtio-run", "qemu-system-x86_64"] });
    assert.deepEqual(targetReadiness("virtio", neither, linux).boot.reasons, [
      "qemu-system-x86_64 or solo5-virtio-run is missing",
    ]);
  });

  it("needs the QEMU of the host's architecture for Unikraft", () => {
    const detections = having({ without: ["qemu-system-aarch64"] });
    assert.equal(targetReadiness("unikraft-qemu", detections, linux).boot.ready, true);
    assert.deepEqual(targetReadiness("unikraft-qemu", detections, { ...linux, arch: "arm64" }).boot.reasons, [
      "qemu-system-aarch64 is missing",
    ]);
  });

  it("warns that KVM may fail in a container", () => {
    const nested = targetReadiness("hvt", having(), { ...linux, container: true });
    assert.equal(nested.boot.ready, true);
    assert.match(nested.hints[0] ?? "", /KVM can still fail .* spt needs no KVM/);
  });

  it("lists targets that are ready first", () => {
    const order = targetsByReadiness(having({ without: ["ocaml-solo5", "firecracker"] }), linux);
    assert.deepEqual(order.map(({ target }) => target).slice(0, 4), [
      "unix",
      "unikraft-qemu",
      "unikraft-firecracker",
      "hvt",
    ]);
  });
});
