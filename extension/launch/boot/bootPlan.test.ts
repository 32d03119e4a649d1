import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { Host } from "../../toolchain/host.ts";
import { linux } from "../../toolchain/testHost.ts";
import { artifactOf, targetIds } from "../../mirage/targets.ts";
import { bootPlan, bootTools, type BootInput, type BootPlan } from "./bootPlan.ts";
import { escapeForSolo5, guestArguments } from "../../mirage/guestArguments.ts";
import { quoteForUnikraft } from "./tenderCommandLine.ts";

const recordings = new URL("../../../test-workspace/recordings/mirage-4.11.1/", import.meta.url);

function input(target: BootInput["target"], some: Partial<BootInput> = {}): BootInput {
  return {
    target,
    name: "hello",
    cwd: "/ws/my hello",
    image: `/ws/my hello/${artifactOf(target, "hello")}`,
    bootArguments: [],
    devices: [],
    attachments: {},
    host: linux,
    programs: Object.fromEntries(bootTools(target).map((id) => [id, `/bin/${id}`])),
    env: { PATH: "/bin" },
    scratch: "/scratch",
    ...some,
  };
}

function commandLine(plan: BootPlan): string[] {
  assert.equal(plan.kind, "ready", JSON.stringify(plan));
  return plan.kind === "ready" ? [plan.spec.file, ...plan.spec.args] : [];
}
function blocked(plan: BootPlan): readonly string[] {
  return plan.kind === "blocked" ? plan.reasons : [plan.kind];
}

const net = { name: "service", type: "NET_BASIC" } as const;
const disk = { name: "storage", type: "BLOCK_BASIC" } as const;

describe("bootPlan", () => {
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("starts a Unix image itself, with its arguments unchanged", () => {
    const plan = bootPlan(input("unix", { bootArguments: ["-l", "*:debug", "--hello=a b"] }));
    assert.deepEqual(plan, {
      kind: "ready",
      spec: {
        file: "/ws/my hello/dist/hello",
        args: ["-l", "*:debug", "--hello=a b"],
        cwd: "/ws/my hello",
        env: { PATH: "/bin" },
      },
      files: [],
      note: undefined,
    });
  });

  it("escapes the arguments of a Unix image that joins and splits them", () => {
    const args = ["--hello=a b", 'say "it"', String.raw`back\slash`, "-l", "*:debug"];
    const plan = bootPlan(input("unix", { bootArguments: args, splitsArguments: true }));
    assert.deepEqual(guestArguments(commandLine(plan).slice(1)), args);
  });

  it("passes memory, devices, image and arguments to Solo5's tenders", () => {
    const plan = bootPlan(
      input("hvt", {
        devices: [net, disk],
        attachments: {
          service: { host: "tap0", mac: "02:00:00:00:00:01" },
          storage: { host: "my disk.img", sectorSize: 4096 },
          unused: { host: "tap9" },
        },
        memoryMb: 32,
        bootArguments: ["--hello=Hello, world!"],
      }),
    );
    assert.deepEqual(commandLine(plan), [
      "/bin/solo5-hvt",
      "--mem=32",
      "--net:service=tap0",
      "--net-mac:service=02:00:00:00:00:01",
      "--block:storage=my disk.img",
      "--block-sector-size:storage=4096",
      "--",
      "dist/hello.hvt",
      String.raw`--hello=Hello,\ world!`,
    ]);
    assert.deepEqual(commandLine(bootPlan(input("spt"))), ["/bin/solo5-spt", "--", "dist/hello.spt"]);
  });

  it("escapes arguments so that the guest receives them unchanged", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: fc.constantFrom("a", " ", '"', "\\", "'", "é") })),
        (args) => {
          assert.deepEqual(guestArguments(args.map(escapeForSolo5)), args);
        },
      ),
    );
    assert.equal(quoteForUnikraft("-l"), "-l");
    assert.equal(quoteForUnikraft("it's so"), `'it'"'"'s so'`);
  });

  it("reports each unattached device and the setting", () => {
    const reasons = blocked(
      bootPlan(input("spt", { devices: [net, disk], attachments: { storage: { host: "disk.img" } } })),
    );
    assert.equal(reasons.length, 1);
    assert.match(
      reasons[0] ?? "",
      /"service" is not attached to anything\. Add a tap interface .*mirageos\.devices/,
    );
  });

  it("does not read an attachment from the prototype of objects", () => {
    const devices = [{ name: "constructor", type: "NET_BASIC" }] as const;
    assert.match(blocked(bootPlan(input("spt", { devices })))[0] ?? "", /"constructor"/);
  });

  it("reports all reasons why an image can't boot, and suggests spt if KVM is one", () => {
    const reasons = blocked(
      bootPlan(input("hvt", { host: { ...linux, kvm: "absent" }, programs: {}, devices: [net] })),
    );
    assert.equal(reasons.length, 3);
    assert.equal(
      reasons[0],
      "An image for hvt can't be booted: this computer has no /dev/kvm. The target spt needs no KVM.",
    );
    assert.match(reasons[2] ?? "", /^solo5-hvt was not found/);
    assert.match(
      blocked(bootPlan(input("hvt", { host: { ...linux, kvm: "denied" } })))[0] ?? "",
      /group kvm/,
    );
    assert.match(
      blocked(bootPlan(input("spt", { host: { ...linux, platform: "darwin" } })))[0] ?? "",
      /it needs Linux/,
    );
  });

  it("boots virtio with the options of solo5-virtio-run, and with KVM if it is usable", () => {
    const recorded = readFileSync(new URL("runtime/virtio-qemu-tcg/not-quiet.stderr", recordings), "utf8")
      .trim()
      .split(" ");
    const plan = bootPlan(input("virtio", { host: { ...linux, kvm: "absent" }, memoryMb: 64 }));
    const expected = recorded
      .slice(2, -1)
      .map((word) => (word === "qemu-system-x86_64" ? `/bin/${word}` : word));
    assert.deepEqual(commandLine(plan), [...expected, "dist/hello.virtio"]);
    assert.ok(commandLine(bootPlan(input("virtio"))).includes("-enable-kvm"));
    const devices = bootPlan(
      input("virtio", {
        devices: [net, disk],
        attachments: { service: { host: "tap0" }, storage: { host: "a,b.img" } },
        bootArguments: ["-l", "*:info,a b:debug"],
      }),
    );
    const words = commandLine(devices);
    assert.ok(words.includes("tap,id=net0,ifname=tap0,script=no,downscript=no"));
    assert.ok(words.includes("virtio-net-pci,netdev=net0,addr=0x2,bus=pci.0"));
    assert.ok(words.includes("id=drive1,file=a,,b.img,if=none,format=raw"));
    assert.deepEqual(words.slice(-2), ["-append", String.raw`-l *:info,a\ b:debug`]);
  });

  it("does not enable KVM if the user's options contain -accel", () => {
    const tenderArgs = ["-accel", "tcg"];
    for (const target of ["virtio", "unikraft-qemu"] as const) {
      const words = commandLine(bootPlan(input(target, { tenderArgs })));
      assert.ok(!words.includes("-enable-kvm") && !words.includes("host"), words.join(" "));
      assert.ok(words.includes("tcg"));
    }
  });

  it("attaches network devices to sockets with QEMU, but not with solo5-virtio-run", () => {
    const devices = { devices: [net], attachments: { service: { host: "/run/passt,1.socket" } } };
    for (const target of ["virtio", "unikraft-qemu"] as const) {
      assert.ok(
        commandLine(bootPlan(input(target, devices))).includes(
          "stream,id=net0,server=off,addr.type=unix,addr.path=/run/passt,,1.socket",
        ),
      );
    }
    const programs = { "solo5-virtio-run": "/bin/solo5-virtio-run" };
    const place = { cwd: "/ws/hello", image: "/ws/hello/dist/hello.virtio", programs };
    assert.match(
      blocked(bootPlan(input("virtio", { ...place, ...devices })))[0] ?? "",
      /does not support "\/run\/passt,1\.socket"/,
    );
  });

  it("falls back to solo5-virtio-run, unless a path or an argument contains a space or comma", () => {
    const programs = { "solo5-virtio-run": "/bin/solo5-virtio-run" };
    const place = { cwd: "/ws/hello", image: "/ws/hello/dist/hello.virtio", programs };
    assert.deepEqual(commandLine(bootPlan(input("virtio", { ...place, bootArguments: ["--mode=ok"] }))), [
      "/bin/solo5-virtio-run",
      "-q",
      "-m",
      "512",
      "--",
      "dist/hello.virtio",
      "--mode=ok",
    ]);
    assert.match(
      blocked(bootPlan(input("virtio", { ...place, bootArguments: ["--logs=a:info,b:debug"] })))[0] ?? "",
      /does not support "--logs=a:info,b:debug"/,
    );
    assert.match(
      blocked(bootPlan(input("virtio", { programs })))[0] ?? "",
      /does not support "\/ws\/my hello/,
    );
  });

  it("boots xen with mirage's configuration file and the built image", () => {
    assert.deepEqual(commandLine(bootPlan(input("xen", { bootArguments: ["-l", 'a "b"'], memoryMb: 64 }))), [
      "/bin/xl",
      "create",
      "-c",
      "mirage/hello.xl",
      'kernel="/ws/my hello/dist/hello.xen"',
      "memory=64",
      String.raw`extra="-l a\\ \\\x22b\\\x22"`,
    ]);
  });

  it("destroys the domain of a stopped xen unikernel, and has no cleanup for other targets", () => {
    const undo = (plan: BootPlan) =>
      plan.kind === "ready" ? plan.spec.cleanupCommand : assert.fail(plan.kind);
    assert.deepEqual(undo(bootPlan(input("xen"))), ["/bin/xl", "destroy", "hello"]);
    assert.equal(undo(bootPlan(input("spt"))), undefined);
  });

  it("boots Unikraft images with the QEMU of the host's architecture", () => {
    const arm: Host = { ...linux, arch: "arm64", kvm: "absent" };
    const words = commandLine(
      bootPlan(input("unikraft-qemu", { host: arm, bootArguments: ["-l", "debug"] })),
    );
    assert.equal(words[0], "/bin/qemu-system-aarch64");
    assert.ok(words.includes("cortex-a72"));
    assert.deepEqual(words.slice(-4), ["-kernel", "dist/hello.qemu", "-append", "-l debug"]);
    assert.equal(commandLine(bootPlan(input("unikraft-qemu")))[0], "/bin/qemu-system-x86_64");
  });

  it("writes Firecracker's configuration", () => {
    const plan = bootPlan(
      input("unikraft-firecracker", {
        devices: [net, disk],
        attachments: { service: { host: "tap0" }, storage: { host: "disk.img" } },
        bootArguments: ["--hello=a b"],
      }),
    );
    const file = plan.kind === "ready" ? plan.files[0] : undefined;
    assert.ok(file);
    assert.deepEqual(commandLine(plan), ["/bin/firecracker", "--no-api", "--config-file", file.path]);
    assert.deepEqual(JSON.parse(file.text), {
      "boot-source": {
        kernel_image_path: "/ws/my hello/dist/hello.fc",
        boot_args: "hello.fc '--hello=a b'",
      },
      "machine-config": { vcpu_count: 1, mem_size_mib: 512 },
      drives: [{ drive_id: "drive1", path_on_host: "disk.img", is_root_device: false, is_read_only: false }],
      "network-interfaces": [{ iface_id: "net0", host_dev_name: "tap0" }],
    });
  });

  it("writes a configuration of Firecracker for each image and boot, below its folder", () => {
    const configFile = (some: Partial<BootInput>) => {
      const plan = bootPlan(input("unikraft-firecracker", some));
      const file = plan.kind === "ready" ? plan.files[0] : undefined;
      assert.ok(file, plan.kind);
      assert.match(file.path, /^\/scratch\/[^/]+$/);
      return file.path;
    };
    const boots: readonly Partial<BootInput>[] = [
      {},
      { image: "/ws/other/dist/hello.fc" },
      { memoryMb: 64 },
      { name: "../../home/hello", bootArguments: ["-l", "debug"] },
    ];
    assert.equal(new Set(boots.map(configFile)).size, boots.length);
  });

  it("refuses xen if the unikernel's name leads out of the folder with its configuration", () => {
    const [reason = ""] = blocked(bootPlan(input("xen", { name: "../../home/hello" })));
    assert.match(reason, /name "\.\.\/\.\.\/home\/hello" can't be part of a file name/);
  });

  it("starts the tender with a custom environment's command", () => {
    const template = ["docker", "exec", "box", "$prog", "$args"];
    assert.deepEqual(commandLine(bootPlan(input("spt", { template }))), [
      "docker",
      "exec",
      "box",
      "/bin/solo5-spt",
      "--",
      "dist/hello.spt",
    ]);
  });

  it("has a plan or manual steps for every target of this system", () => {
    const kinds = targetIds.map((id) => [
      id,
      bootPlan(input(id, { cwd: "/ws", image: `/ws/${artifactOf(id, "hello")}` })).kind,
    ]);
    const explained = kinds.filter(([, kind]) => kind === "explain").map(([id]) => id);
    assert.deepEqual(explained, ["muen", "genode", "qubes"]);
    const notHere = kinds.filter(([, kind]) => kind === "blocked").map(([id]) => id);
    assert.deepEqual(notHere, ["macosx"]);
  });
});
