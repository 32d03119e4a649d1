import assert from "node:assert/strict";
import { readFileSync, globSync } from "node:fs";
import { ConsoleParser } from "../console/consoleParser.ts";
import { createBootProgress } from "./bootProgress.ts";
import { addressesOfArguments } from "./unikernelAddresses.ts";

/** Parses chunks that arrive at these times, in milliseconds. */
function boot(chunks: readonly (readonly [number, string])[], target = "spt", args: readonly string[] = []) {
  const progress = createBootProgress(args);
  progress.start(1000);
  let now = 1000;
  let changes = 0;
  const parser = new ConsoleParser({
    now: () => now,
    target,
    onRecord: (record) => (changes += progress.add(record) ? 1 : 0),
  });
  for (const [at, text] of chunks) {
    now = at;
    parser.stdout(Buffer.from(text));
  }
  parser.end();
  return { times: progress.times(), addresses: progress.addresses(), changes };
}

const log = (source: string, message: string) => `2026-11-23T09:27:39-00:00: [INFO] [${source}] ${message}\n`;
const banner = "            |      ___|\n  __|  _ \\  |  _ \\ __ \\\n";

describe("the progress of a boot", () => {
  it("has the times of the guest's first byte, of the first log record and of the first address", () => {
    const stack =
      "Dual TCP/IP stack assembled: mac=32:69:fa:9c:00:0e,ip=10.0.0.2/24, fe80::3069:faff:fe9c:e/64";
    const { times, addresses, changes } = boot([
      [1012, banner],
      [1030, "Solo5: Bindings version v0.12.1\n"],
      [1038, log("application", "hello")],
      [1039, log("application", "again")],
      [2040, log("tcpip-stack-direct", stack)],
      [3000, log("application", "later")],
    ]);
    assert.deepEqual(times, { firstOutput: 12, firstRecord: 38, network: 1040 });
    assert.deepEqual(addresses, ["10.0.0.2/24", "fe80::3069:faff:fe9c:e/64"]);
    assert.equal(changes, 3, "later records change nothing");
  });

  it("does not count what the tender prints as output of the guest", () => {
    const { times } = boot([
      [1002, "solo5-spt: warning: something\n"],
      [1020, banner],
      [1021, "Solo5: Bindings version v0.12.1\n"],
    ]);
    assert.deepEqual(times, { firstOutput: 20, firstRecord: undefined, network: undefined });
  });

  it("measures from the first byte of a line that arrives in parts", () => {
    const line = log("application", "hello");
    const { times } = boot([
      [1010, line.slice(0, 20)],
      [1090, line.slice(20)],
    ]);
    assert.deepEqual(times, { firstOutput: 10, firstRecord: 10, network: undefined });
  });

  it("has no times if the program was not started, as under gdb", () => {
    const progress = createBootProgress();
    progress.add({ kind: "log", message: "Lease obtained! IP: 10.0.0.10, routers: 10.0.0.1", receivedAt: 5 });
    assert.equal(progress.times(), undefined);
    assert.deepEqual(progress.addresses(), ["10.0.0.10"]);
  });

  it("takes the addresses of boot arguments until the unikernel logs others", () => {
    const args = ["--ipv4=10.0.0.2/24", "-l", "*:debug"];
    assert.deepEqual(boot([[1010, log("a", "hello")]], "spt", args).addresses, ["10.0.0.2/24"]);
    const lease = log("dhcp_client_lwt", "Lease obtained! IP: 10.0.0.10, routers: 10.0.0.1");
    assert.deepEqual(boot([[1010, lease]], "spt", args).addresses, ["10.0.0.10"]);
  });

  it("does not take other addresses for the unikernel's", () => {
    const others = [
      "Sending gratuitous ARP for 10.0.0.7 (52:8b:3d:60:69:65)",
      "connection from 10.0.0.1:4242",
      "resolved the IP address 1.2.3.4 of example.org",
      "IP address: unknown",
    ];
    assert.deepEqual(boot(others.map((text) => [1010, log("a", text)])).addresses, []);
    assert.deepEqual(boot([[1010, log("a", "IP address: 10.0.0.9/24")]]).addresses, ["10.0.0.9/24"]);
  });

  it("finds the address in every recorded boot of a unikernel with a network stack", () => {
    const files = globSync("test-workspace/recordings/**/*.std{out,err}").filter((file) =>
      readFileSync(file, "utf8").includes("stack assembled"),
    );
    assert.ok(files.length > 0);
    for (const file of files) {
      const { addresses } = boot([[1010, readFileSync(file, "utf8")]]);
      assert.match(addresses.join(), /^10\.0\.0\.2\/24,fe80::[\da-f:]+\/64$/, file);
    }
  });
});

describe("the addresses in boot arguments", () => {
  it("are those of every group of devices, with either way to write a value", () => {
    const args = ["--ipv4=10.0.0.2/24", "--ipv6", "fd00::2/64", "--service-ipv4=192.168.1.4/24"];
    assert.deepEqual(addressesOfArguments(args), ["10.0.0.2/24", "fd00::2/64", "192.168.1.4/24"]);
  });

  it("are not gateways, and neither is text that is not an address", () => {
    const args = [
      "--ipv4-gateway=10.0.0.1",
      "--ipv4-only=true",
      "--ipv4=",
      "--ipv4",
      "--port=80",
      "ipv4=1.2.3.4",
    ];
    assert.deepEqual(addressesOfArguments(args), []);
  });
});
