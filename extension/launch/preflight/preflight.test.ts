import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import type { ImageFile } from "../../image/solo5Notes.ts";
import { linux } from "../../toolchain/testHost.ts";
import { freeTapName, tapCommands } from "./tapCommands.ts";
import { readTapInterfaces } from "./tapInterfaces.ts";
import type { TargetId } from "../../mirage/targets.ts";
import { isInterfaceName, parseTenderAbi, preflight, type Preflight } from "./preflight.ts";

const hvt: ImageFile = { kind: "solo5", abi: { target: "hvt", version: 2 }, devices: [] };
const service = { name: "service", type: "NET_BASIC" } as const;
const storage = { name: "storage", type: "BLOCK_BASIC" } as const;

describe("preflight", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-preflight-"));
    const add = async (name: string, files: Record<string, string>) => {
      await mkdir(join(folder, "net", name), { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        await writeFile(join(folder, "net", name, file), `${text}\n`);
      }
    };
    await add("tap100", { flags: "0x1003", tun_flags: "0x1002", owner: "-1" });
    await add("tap101", { flags: "0x1002", tun_flags: "0x1002", owner: "-1" });
    await add("tap102", { flags: "0x1003", tun_flags: "0x1002", owner: "4242" });
    await add("eth0", { flags: "0x1003" });
    await writeFile(join(folder, "disk.img"), Buffer.alloc(1024));
    await writeFile(join(folder, "odd.img"), Buffer.alloc(1000));
    await writeFile(join(folder, "empty.img"), "");
  });
  after(() => rm(folder, { recursive: true }));

  const check = (some: Partial<Preflight> = {}) =>
    preflight({
      target: "hvt",
      path: "/ws/dist/hello.hvt",
      image: hvt,
      devices: [],
      attachments: {},
      host: linux,
      cwd: folder,
      tenderAbi: 2,
      interfaces: join(folder, "net"),
      ...some,
    });
  it("reports a sector size that no tender supports", async () => {
    const sized = (sectorSize: number) =>
      messages({ devices: [storage], attachments: { storage: { host: "disk.img", sectorSize } } });
    assert.match(await sized(1000), /"sectorSize" of the block device "storage" is 1000\. .* power of two/);
    assert.match(await sized(256), /power of two, 512 or more/);
    assert.match(await sized(-512), /power of two/);
    assert.equal(await sized(512), "");
  });

  it("reports a missing working directory, and a Unix image that can't be executed", async () => {
    assert.match(await messages({ cwd: join(folder, "nowhere") }), /nowhere does not exist/);
    assert.match(await messages({ cwd: join(folder, "disk.img") }), /does not exist\. Correct "cwd"/);
    const unix = { target: "unix", image: { kind: "notElf" } } as const;
    assert.match(await messages({ ...unix, path: join(folder, "disk.img") }), /chmod \+x/);
    assert.match(await messages({ ...unix, path: folder }), /is a folder/);
    assert.equal(await messages({ ...unix, path: process.execPath }), "");
  });

  const messages = async (some: Partial<Preflight>) =>
    (await check(some)).map(({ message }) => message).join("\n");
  const attached = (device: typeof service | typeof storage, host: string) =>
    messages({ devices: [device], attachments: { [device.name]: { host } } });

  it("finds no problem if there is none", async () => {
    assert.deepEqual(
      await check({
        devices: [service, storage],
        attachments: { service: { host: "tap100" }, storage: { host: "disk.img" } },
      }),
      [],
    );
    assert.deepEqual(
      await check({ target: "unix", path: process.execPath, image: { kind: "elf", machine: 62 } }),
      [],
    );
    assert.deepEqual(await check({ target: "unikraft-qemu", image: { kind: "elf", machine: 62 } }), []);
  });

  it("reports what is wrong with the image", async () => {
    assert.match(
      await messages({ image: { kind: "missing" } }),
      /The image \/ws\/dist\/hello\.hvt does not exist/,
    );
    assert.match(
      await messages({ image: { kind: "notElf" } }),
      /hello.hvt is not an image for hvt: it is not an ELF/,
    );
    assert.match(await messages({ image: { kind: "elf", machine: 62 } }), /no Solo5 notes/);
    assert.match(await messages({ image: { kind: "truncated", reason: "it ends" } }), /truncated.*again/);
    assert.match(await messages({ target: "spt" }), /an image for hvt, not for spt\. Build it for spt, or/);
    assert.match(await messages({ target: "unix" }), /an image for hvt, not for unix/);
  });

  it("compares the image's ABI version with the tender's", async () => {
    assert.match(await messages({ tenderAbi: 1 }), /an older Solo5 than the image/);
    assert.match(await messages({ tenderAbi: 3 }), /a newer Solo5 than the image/);
    assert.equal(await messages({ tenderAbi: undefined }), "");
    const recording = new URL(
      "../../../test-workspace/recordings/mirage-4.11.1/runtime/tender-hvt/version.stderr",
      import.meta.url,
    );
    assert.equal(parseTenderAbi(readFileSync(recording, "utf8")), 2);
    assert.equal(parseTenderAbi("solo5-hvt"), undefined);
  });

  it("reports a KVM without permission, with the command that fixes it, and a missing KVM", async () => {
    const [denied] = await check({ host: { ...linux, kvm: "denied" } });
    assert.deepEqual(denied?.fix?.commandLines, ['sudo usermod -aG kvm "$USER"']);
    assert.match(
      await messages({ host: { ...linux, kvm: "absent" } }),
      /\/dev\/kvm does not exist.*spt needs no KVM/,
    );
  });

  it("offers a network or the commands that create a missing tap interface or bring it up", async () => {
    const missing = await check({ devices: [service], attachments: { service: { host: "tap7" } } });
    assert.match(missing[0]?.message ?? "", /"service" is attached to tap7, which does not exist/);
    assert.deepEqual(missing[0]?.fix?.commandLines, [
      'sudo ip tuntap add tap7 mode tap user "$USER"',
      "sudo ip addr add 10.0.0.1/24 dev tap7",
      "sudo ip link set dev tap7 up",
    ]);
    assert.equal(missing[0]?.missingTap, "tap7");
    const odd = await check({ devices: [service], attachments: { service: { host: "t;reboot" } } });
    assert.ok(odd[0] && !odd[0].fix && !odd[0].missingTap, "nothing is offered for an odd name");
    const [down] = await check({ devices: [service], attachments: { service: { host: "tap101" } } });
    assert.match(down?.message ?? "", /which is down/);
    assert.deepEqual(down?.fix?.commandLines, ["sudo ip link set dev tap101 up"]);
    assert.match(await attached(service, "eth0"), /not a tap/);
    assert.match(await attached(service, "eth:0"), /not a valid interface name/);
    assert.equal(await attached(service, "@4"), "");
  });

  it("refuses the tap interface of another user, unless root boots", async () => {
    const as = (uid: number) =>
      messages({
        host: { ...linux, uid },
        devices: [service],
        attachments: { service: { host: "tap102" } },
      });
    assert.match(await as(1000), /attached to tap102, which belongs to another user \(uid 4242\)/);
    assert.equal(await as(4242), "");
    assert.equal(await as(0), "");
  });

  it("checks the socket of a network device, which only QEMU supports", async function () {
    if (process.platform === "win32") return this.skip();
    const server = createServer().listen(join(folder, "net.socket"));
    await once(server, "listening");
    const on = (target: TargetId, host: string) =>
      messages({
        target,
        image: { kind: "solo5", abi: { target, version: 2 }, devices: [] },
        devices: [service],
        attachments: { service: { host } },
      });
    assert.equal(await on("virtio", "./net.socket"), "");
    assert.match(
      await on("virtio", "./gone"),
      /attached to the socket \.\/gone, which does not exist \(.*gone\)/,
    );
    assert.match(await on("virtio", "./disk.img"), /which is not a socket/);
    assert.match(await on("hvt", "./net.socket"), /which only QEMU supports\. Use a tap interface for hvt/);
    await new Promise((closed) => server.close(closed));
  });

  it("checks the file of a block device", async () => {
    assert.match(await attached(storage, "none.img"), /which does not exist \(.*none\.img\)/);
    assert.match(await attached(storage, "."), /neither a file nor a block device/);
    assert.match(await attached(storage, "odd.img"), /size of 1000 bytes is not a positive multiple of 512/);
    assert.match(await attached(storage, "empty.img"), /size of 0 bytes/);
  });
});

describe("tap interfaces", () => {
  it("are distinguished from other interfaces", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mirageos-taps-"));
    for (const name of ["tap1", "eth0", "tap0"]) await mkdir(join(folder, name));
    for (const name of ["tap1", "tap0"]) await writeFile(join(folder, name, "tun_flags"), "0x1002\n");
    assert.deepEqual(await readTapInterfaces(folder), {
      interfaces: ["eth0", "tap0", "tap1"],
      taps: ["tap0", "tap1"],
    });
    assert.deepEqual(await readTapInterfaces(join(folder, "none")), { interfaces: [], taps: [] });
    await rm(folder, { recursive: true });
  });

  it("get an unused name that Linux accepts", () => {
    assert.equal(freeTapName([]), "tap100");
    assert.equal(freeTapName(["tap100", "eth0", "tap101"]), "tap102");
    assert.ok(isInterfaceName("tap100"));
    for (const name of ["", "a b", "a/b", "a;b ", "sixteen-letters-", ".."])
      assert.ok(!isInterfaceName(name));
    assert.ok(tapCommands("tap3", "freebsd").some((line) => line.includes("ifconfig tap3 create")));
  });
});
