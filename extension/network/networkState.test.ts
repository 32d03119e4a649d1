import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "../platform/process.ts";
import { isComplete, parseInterfaces, readNetwork } from "./networkState.ts";

/** From `ip -json -details address show` of iproute2 6.1.0, without the fields that are not read. */
const addresses = JSON.stringify([
  {
    ifname: "lo",
    flags: ["LOOPBACK", "UP"],
    addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8 }],
  },
  {
    ifname: "mirage0",
    flags: ["NO-CARRIER", "BROADCAST", "MULTICAST", "UP"],
    linkinfo: { info_kind: "bridge" },
    addr_info: [
      { family: "inet", local: "10.0.0.1", prefixlen: 24 },
      { family: "inet6", local: "fe80::1", prefixlen: 64 },
    ],
  },
  {
    ifname: "tap100",
    flags: ["BROADCAST", "UP"],
    master: "mirage0",
    linkinfo: { info_kind: "tun", info_data: { type: "tap", persist: true } },
    addr_info: [],
  },
  { ifname: "tun5", flags: [], linkinfo: { info_kind: "tun", info_data: { type: "tun" } }, addr_info: [] },
]);
const routes = JSON.stringify([
  { dst: "default", dev: "eth0" },
  { dst: "10.0.0.0/24", dev: "mirage0" },
]);

/** A program `ip` with this output. */
const ipPrinting =
  (show: string): Run =>
  async ({ args }, hooks) => {
    hooks?.onStdout?.(Buffer.from(args.includes("route") ? routes : show));
    return { kind: "exited", code: 0 };
  };

describe("readNetwork", () => {
  const earlier = process.env["MIRAGEOS_HOST_ROOT"];
  let root = "";
  const add = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "mirageos-network-"));
    process.env["MIRAGEOS_HOST_ROOT"] = root;
    await add({
      "proc/sys/kernel/random/boot_id": "16abed46\n",
      "proc/sys/net/ipv4/ip_forward": "1\n",
      "proc/77/cmdline": "dnsmasq\0--conf-file=/run/mirageos/dnsmasq.conf\0",
      "run/mirageos/host": "16abed46 net:[4026531833]\n",
      "run/mirageos/bridge": "mirage0 10.0.0\n",
      "run/mirageos/taps": "tap100\n",
      "run/mirageos/firewall": "nft\n",
      "run/mirageos/dnsmasq.pid": "77\n",
      "run/mirageos/leases": "1796000000 52:54:00:00:00:01 10.0.0.10 hello 01:52:54:00:00:00:01\n",
    });
    for (const name of ["lo", "mirage0", "tap100", "tun5"])
      await mkdir(join(root, "sys/class/net", name), { recursive: true });
    await mkdir(join(root, "proc/self/ns"), { recursive: true });
    await symlink("net:[4026531833]", join(root, "proc/self/ns/net"));
  });
  afterEach(async () => {
    if (earlier === undefined) delete process.env["MIRAGEOS_HOST_ROOT"];
    else process.env["MIRAGEOS_HOST_ROOT"] = earlier;
    await rm(root, { recursive: true });
  });

  it("reads a complete network and its leases", async () => {
    const state = await readNetwork(ipPrinting(addresses));
    assert.ok(isComplete(state));
    assert.deepEqual(state.bridge, { name: "mirage0", subnet: "10.0.0" });
    assert.deepEqual(
      state.leases.map(({ address, name }) => `${address} ${name}`),
      ["10.0.0.10 hello"],
    );
    assert.deepEqual(state.routes, [{ to: "10.0.0.0/24", device: "mirage0" }]);
  });

  it("sees a bridge without its tap interface, forwarding that was switched off, and a server that ended", async () => {
    const gone = JSON.stringify((JSON.parse(addresses) as readonly object[]).slice(0, 2));
    await add({ "proc/sys/net/ipv4/ip_forward": "0\n", "proc/77/cmdline": "bash\0" });
    const state = await readNetwork(ipPrinting(gone));
    const { isBridgeReady, isForwarded, isServerRunning, taps } = state;
    assert.deepEqual(
      { isBridgeReady, isForwarded, isServerRunning, taps },
      {
        isBridgeReady: true,
        isForwarded: false,
        isServerRunning: false,
        taps: [{ name: "tap100", isReady: false }],
      },
    );
    assert.equal(isComplete(state), false);
  });

  it("ignores the records of an earlier start of the computer, or of another namespace", async () => {
    await add({ "proc/sys/kernel/random/boot_id": "another\n" });
    const state = await readNetwork(ipPrinting(addresses));
    assert.deepEqual([state.isRecorded, state.bridge, state.interfaces.length], [false, undefined, 4]);
  });

  it("knows only interfaces that the host has", async () => {
    await rm(join(root, "sys/class/net"), { recursive: true });
    const { interfaces, routes: left } = await readNetwork(ipPrinting(addresses));
    assert.deepEqual([interfaces, left], [[], []]);
  });

  it("knows no interface without ip, or with one that prints no JSON", async () => {
    const missing: Run = () => Promise.resolve({ kind: "notFound", reason: "ENOENT" });
    assert.deepEqual((await readNetwork(missing)).interfaces, []);
    assert.deepEqual((await readNetwork(ipPrinting("1: lo: <LOOPBACK>"))).interfaces, []);
  });
});

describe("parseInterfaces", () => {
  it("tells tap from tun interfaces, and reads IPv4 addresses", () => {
    assert.deepEqual(
      parseInterfaces(addresses).map(({ name, isTap, isUp, master }) => [name, isTap, isUp, master]),
      [
        ["lo", false, true, undefined],
        ["mirage0", false, true, undefined],
        ["tap100", true, true, "mirage0"],
        ["tun5", false, false, undefined],
      ],
    );
    assert.deepEqual(parseInterfaces(addresses)[1]?.addresses, ["10.0.0.1/24"]);
    assert.deepEqual(parseInterfaces('[1, null, {"ifname": 3}]'), []);
  });
});
