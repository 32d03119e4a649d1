import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { skip } from "../../test/harness/reporter.ts";
import { isComplete, type NetworkState } from "./networkState.ts";
import { setUpScript } from "./setUpScript.ts";
import { tearDownScript } from "./tearDownScript.ts";
import { namespaceObstacle, openNamespace, type Namespace, type ShellResult } from "./testNamespace.ts";

const plan = { bridge: "mirage0", subnet: "10.0.0", taps: ["tap100"], owner: 1000 };
const setUp = setUpScript(plan);
const tearDown = tearDownScript();

/** Everything that the scripts may change, as one text. */
const snapshot = `
ip -o link show | sed 's/^[0-9]*: //; s/qdisc.*//'
ip -o -4 address show | sed 's/^[0-9]*: //'
nft list ruleset
cat /proc/sys/net/ipv4/ip_forward
ls -A -I netns /run
for each in /proc/[0-9]*/comm; do cat "$each"; done 2>/dev/null | grep dnsmasq
true
`;

describe("The scripts of the network, in a namespace", function () {
  this.timeout(60_000);
  const obstacle = namespaceObstacle();
  let namespace: Namespace;
  const sh = (script: string, env?: NodeJS.ProcessEnv): ShellResult => namespace.sh(script, env);
  /** Runs a script that succeeds, and returns what it prints. */
  const works = (script: string): string => {
    const { code, stdout, stderr } = sh(script);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  /** The state of the namespace; `npm test` names a folder with another one. */
  const readState = (): NetworkState => {
    const source = (path: string) => pathToFileURL(join(import.meta.dirname, path)).href;
    const code = `const { readNetwork } = await import("${source("networkState.ts")}");
      const { run } = await import("${source("../platform/process.ts")}");
      console.log(JSON.stringify(await readNetwork(run)));`;
    return JSON.parse(
      works(`env -u MIRAGEOS_HOST_ROOT '${process.execPath}' --input-type=module <<'CODE'\n${code}\nCODE\n`),
    ) as NetworkState;
  };

  before(function () {
    if (obstacle !== undefined) skip(this, obstacle);
  });
  beforeEach(async () => {
    namespace = await openNamespace();
  });
  afterEach(() => namespace.end());

  it("set it up once and again, give a unikernel an address and a way out, and leave nothing", () => {
    const before = works(snapshot);
    works(setUp);
    const again = works(setUp);
    assert.match(again, /The network is ready\. Attach unikernels to: tap100\n/);

    // A client on the bridge, and a computer outside that does not know its network.
    works(`
      for name in client outside; do ip netns add $name; ip link add to-$name type veth peer name eth0 netns $name; done
      ip link set to-client master mirage0 up
      ip link set to-outside up && ip address add 192.0.2.1/24 dev to-outside
      ip -n outside address add 192.0.2.2/24 dev eth0 && ip -n outside link set eth0 up`);
    const lease = works(`
      printf '#!/bin/sh\\n[ "$1" = bound ] || exit 0\\nip address add $ip/24 dev eth0\\nip route add default via $router\\necho $ip $router $dns' >/run/udhcpc
      chmod +x /run/udhcpc
      ip -n client link set eth0 up
      ip netns exec client busybox udhcpc -i eth0 -n -q -f -t 5 -T 1 -x hostname:hello -s /run/udhcpc 2>/dev/null`);
    assert.match(lease, /^10\.0\.0\.\d\d 10\.0\.0\.1 10\.0\.0\.1\n$/);
    works("ip netns exec client busybox ping -c 1 -W 5 192.0.2.2");

    const state = readState();
    assert.ok(isComplete(state), JSON.stringify(state));
    assert.deepEqual(
      state.leases.map(({ address, name }) => [address, name]),
      [[lease.split(" ")[0], "hello"]],
    );
    assert.equal(works("cat /sys/class/net/tap100/owner"), "1000\n");
    // DNS on no other address than that of the bridge, as the kernel writes it. A read of these files may leave out
    // sockets while others are opened or closed, so the results of several reads are joined.
    const sockets = works(`for try in 1 2 3 4 5; do cat /proc/net/udp /proc/net/tcp; sleep 0.1; done |
      awk '$2 ~ /:0035$/ { print $2 }' | sort -u`);
    assert.equal(sockets, "0100000A:0035\n");

    works("for name in client outside; do ip netns delete $name; done; rm /run/udhcpc");
    works(tearDown);
    assert.equal(works(snapshot).replace(/^to-.*\n/gm, ""), before);
    assert.equal(works(tearDown), "There is no network to tear down.\n");
  });

  it("undo and repair a set-up that was interrupted", () => {
    const before = works(snapshot);
    const commands = ["link add", "tuntap add", "master"];
    for (const command of commands) {
      // The program that fails, as it would if the script were killed there.
      const broken = sh(
        `mkdir -p /tmp/broken.$$ && printf '%s\\n' '#!/bin/sh' 'case "$*" in *"${command}"*) exit 9 ;; esac' 'exec "$IP" "$@"' >/tmp/broken.$$/ip
         chmod +x /tmp/broken.$$/ip && export IP=$(PATH=$PATH:/usr/sbin:/sbin command -v ip) PATH=/tmp/broken.$$:$PATH
         sh -s <<'SCRIPT'\n${setUp}\nSCRIPT
         code=$?; rm -r /tmp/broken.$$; exit $code`,
      );
      assert.equal(broken.code, 9, `${command}: ${broken.stdout}${broken.stderr}`);
      works(tearDown);
      assert.equal(works(snapshot), before, command);
    }
    works(setUp);
    works("kill -9 $(cat /run/mirageos/dnsmasq.pid); ip link delete tap100; nft delete table ip mirageos");
    assert.equal(isComplete(readState()), false);
    works(setUp);
    assert.equal(isComplete(readState()), true);
    works(tearDown);
    assert.equal(works(snapshot), before);
  });

  it("give back a tap interface that existed, with its address, and forwarding that was on", () => {
    works(`ip tuntap add tap100 mode tap user 1000 && ip address add 10.0.0.1/24 dev tap100
      ip link set tap100 up && ip tuntap add tap7 mode tap && echo 1 >/proc/sys/net/ipv4/ip_forward`);
    const before = works(snapshot);
    const script = setUpScript({ ...plan, taps: ["tap100", "tap7"] });
    works(script);
    works(script);
    assert.equal(works("ip -o -4 address show | sed 's/^[0-9]*: //; s/ .*//'"), "lo\nmirage0\n");
    works(tearDown);
    // The kernel also keeps that a bridge has made the interface promiscuous, and no longer does.
    assert.equal(works(snapshot), before);
  });

  it("change nothing if the name of the bridge or a tap is taken, or the tap belongs to another user", () => {
    for (const [prepare, reason] of [
      [
        "ip link add mirage0 type bridge",
        /mirage0 already exists, and this script did not create it\. Nothing was changed/,
      ],
      ["ip link add tap100 type bridge", /tap100 exists and is not a tap interface\. Nothing was changed/],
      ["ip tuntap add tap100 mode tap user 2000", /tap100 belongs to the user with the id 2000\. Nothing/],
      [
        "ip tuntap add tap100 mode tap && ip link add br7 type bridge && ip link set tap100 master br7",
        /tap100 belongs to another bridge\. Nothing was changed/,
      ],
    ] as const) {
      works(prepare);
      const before = works(snapshot);
      const { code, stderr } = sh(setUp);
      assert.deepEqual([code, reason.test(stderr)], [1, true], stderr);
      assert.equal(works(snapshot), before);
      works("for name in mirage0 tap100 br7; do ip link delete $name 2>/dev/null; done; true");
    }
  });

  it("change nothing without dnsmasq or without root", () => {
    const before = works(snapshot);
    const only = ["cat", "readlink", "id", "ip", "nft", "sh"].map(
      (name) => `ln -s $(command -v ${name}) /run/bin`,
    );
    works(`PATH=$PATH:/usr/sbin:/sbin; mkdir /run/bin; ${only.join("; ")}`);
    const script = setUp.replace("PATH=$PATH:/usr/sbin:/sbin", "PATH=/run/bin");
    const missing = sh(script);
    assert.deepEqual(
      [missing.code, missing.stderr.trim()],
      [
        1,
        "dnsmasq is missing. Install the package dnsmasq-base (dnsmasq on other systems than Debian and Ubuntu).",
      ],
    );
    works("rm -r /run/bin");
    const user = sh(`setpriv --reuid=1000 --clear-groups sh -s <<'SCRIPT'\n${setUp}\nSCRIPT`);
    assert.deepEqual([user.code, user.stderr], [1, "Run this script as root.\n"]);
    assert.equal(works(snapshot), before);
  });

  it("tolerate records of an earlier start of the computer, and another DNS server", () => {
    const before = works(snapshot);
    works("mkdir /run/mirageos && echo earlier >/run/mirageos/host && echo eth0 >/run/mirageos/made");
    assert.equal(readState().isRecorded, false);
    works("dnsmasq --conf-file=/dev/null --pid-file=/run/other.pid --user=root --port=53 --no-resolv");
    assert.match(works(setUp), /Trying without a DNS server/);
    assert.equal(isComplete(readState()), true);
    works(tearDown);
    works("kill -9 $(cat /run/other.pid) && rm /run/other.pid");
    assert.equal(works(snapshot), before);
  });
});
