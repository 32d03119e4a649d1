import assert from "node:assert/strict";
import { commandLine, systemdUnit, unitFileName, type ServiceBoot } from "./systemdUnit.ts";

const boot: ServiceBoot = {
  name: "hello",
  target: "hvt",
  command: ["/usr/bin/solo5-hvt", "--net:service=tap100", "--", "dist/hello.hvt", "--hello=100% $HOME"],
  cwd: "/home/user/100% new",
  taps: ["tap100"],
  usesKvm: true,
  user: "user",
};

describe("A systemd unit", () => {
  it("starts the tender in the folder of the project", () => {
    const lines = systemdUnit(boot).split("\n");
    assert.ok(lines.includes("WorkingDirectory=/home/user/100%% new"));
    assert.ok(
      lines.includes(
        'ExecStart=/usr/bin/solo5-hvt --net:service=tap100 -- dist/hello.hvt "--hello=100%% $$HOME"',
      ),
    );
  });

  it("creates the tap interface for its user and allows the devices", () => {
    const lines = systemdUnit(boot).split("\n");
    assert.ok(lines.includes("User=user"));
    assert.ok(lines.includes("ExecStartPre=-+ip tuntap add dev tap100 mode tap user user"));
    assert.ok(lines.includes("DeviceAllow=/dev/kvm rw"));
    assert.ok(lines.includes("DeviceAllow=/dev/net/tun rw"));
  });

  it("has no user, devices and interfaces that the unikernel does not need", () => {
    const text = systemdUnit({ ...boot, taps: [], usesKvm: false, user: undefined });
    assert.doesNotMatch(text, /User=|DeviceAllow|ExecStartPre/);
  });

  it("removes the guest of a hypervisor when it is stopped", () => {
    const text = systemdUnit({ ...boot, stopCommand: ["/usr/sbin/xl", "destroy", "hello"] });
    assert.match(text, /^ExecStop=\/usr\/sbin\/xl destroy hello$/m);
  });

  it("stays one line for each setting with a name of several lines", () => {
    assert.match(systemdUnit({ ...boot, name: "a\n[Service]" }), /^Description=Unikernel a \[Service\] /m);
    assert.throws(() => systemdUnit({ ...boot, cwd: "/a\nb" }), RangeError);
  });

  it("has a file name that systemd accepts", () => {
    assert.equal(unitFileName("hello"), "hello.service");
    assert.equal(unitFileName("../my kernel"), "my-kernel.service");
    assert.equal(unitFileName("…"), "unikernel.service");
    assert.equal(unitFileName(""), "unikernel.service");
  });
});

describe("A command line of systemd", () => {
  it("quotes what systemd would split or expand", () => {
    assert.equal(commandLine(["/bin/echo", "a b", "", ";"]), '/bin/echo "a b" "" ";"');
    assert.equal(commandLine(["/a$b/c", "$x", "50%"]), "/a$b/c $$x 50%%");
    assert.equal(commandLine(["/x", String.raw`\"`, "a\nb"]), String.raw`/x "\\\"" "a\x0ab"`);
    assert.equal(commandLine(["/x", "'"]), `/x "'"`);
  });
});
