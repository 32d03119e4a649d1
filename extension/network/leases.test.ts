import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { leasedAddresses, parseBridgeTable, parseLeases, watchLeases } from "./leases.ts";

const recordings = join(import.meta.dirname, "../../test-workspace/recordings/dnsmasq-2.90");

describe("The leases of unikernels", () => {
  const earlier = process.env["MIRAGEOS_HOST_ROOT"];
  let root = "";
  const add = async (path: string, text: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const leases = () => join(root, "run/mirageos/leases");
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "leases-"));
    process.env["MIRAGEOS_HOST_ROOT"] = root;
    await add("run/mirageos/bridge", "mirage0 10.0.0\n");
    await add("sys/class/net/tap100/brport/port_no", "0x1\n");
    await add("sys/class/net/tap101/brport/port_no", "0x2\n");
    await mkdir(join(root, "sys/class/net/mirage0"));
    await cp(join(recordings, "brforward"), join(root, "sys/class/net/mirage0/brforward"));
    await cp(join(recordings, "leases"), leases());
  });
  afterEach(async () => {
    if (earlier === undefined) delete process.env["MIRAGEOS_HOST_ROOT"];
    else process.env["MIRAGEOS_HOST_ROOT"] = earlier;
    await rm(root, { recursive: true });
  });
  const found = async (...taps: readonly string[]) => Object.fromEntries(await leasedAddresses(taps));

  it("are found by the tap interface behind which the bridge has seen the client", async () => {
    assert.deepEqual(await found("tap100", "tap101", "disk.img", ""), { tap100: "10.0.0.50" });
  });

  it("are not those of an earlier unikernel on the same interface", async () => {
    await add(
      "run/mirageos/leases",
      "1796067818 ca:51:c0:0f:dc:01 10.0.0.50 network *\n1796067900 ca:51:c0:0f:dc:02 10.0.0.51 * *\n",
    );
    assert.deepEqual(await found("tap100"), {});
  });

  it("are unknown without a network, without a bridge and with damaged records", async () => {
    await rm(join(root, "sys/class/net/mirage0"), { recursive: true });
    assert.deepEqual(await found("tap100"), {});
    await add("run/mirageos/bridge", "../../etc 10.0.0\n");
    assert.deepEqual(await found("tap100"), {});
    await rm(join(root, "run"), { recursive: true });
    assert.deepEqual(await found("tap100"), {});
    assert.equal(
      watchLeases(() => undefined),
      undefined,
    );
  });

  it("are watched", async function () {
    if (process.platform !== "linux") this.skip();
    const written = Promise.withResolvers<void>();
    const unwatch = watchLeases(written.resolve);
    await writeFile(leases(), "");
    await written.promise;
    unwatch?.();
  });
});

describe("parseLeases", () => {
  it("reads leases without a name, and skips other lines", () => {
    const text = "duid 00:01\n0 52:54:00:00:00:02 10.0.0.11 * *\nbroken\n";
    assert.deepEqual(parseLeases(text), [
      { address: "10.0.0.11", mac: "52:54:00:00:00:02", name: "", expires: 0 },
    ]);
  });
});

describe("parseBridgeTable", () => {
  it("reads ports above 255, and leaves out the bridge's own addresses and an incomplete entry", () => {
    const entry = (port: number, own: number, high: number) => [
      2,
      0,
      0,
      0,
      0,
      port,
      port,
      own,
      9,
      0,
      0,
      0,
      high,
      0,
      0,
      0,
    ];
    const bytes = Uint8Array.from([...entry(1, 0, 2), ...entry(2, 1, 0), ...entry(3, 0, 0).slice(1)]);
    assert.deepEqual(parseBridgeTable(bytes), [{ mac: "02:00:00:00:00:01", port: 513 }]);
  });
});
