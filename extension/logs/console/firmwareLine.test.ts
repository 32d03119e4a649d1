import assert from "node:assert/strict";
import { brief, parse } from "./testConsole.ts";

describe("lines of firmware and hypervisors", () => {
  it("collects the output of a BIOS in one record, also if the guest's banner begins in its last line", () => {
    const escapes = "\u001bc\u001b[?7l\u001b[2J";
    const records = parse(
      [
        `${escapes}SeaBIOS (version 1.16.3-debian-1.16.3-2)`,
        "",
        "",
        "iPXE (https://ipxe.org) 00:03.0 CA00 PCI2.10 PnP PMM+06FD1030+06F31030 CA00",
        "",
        String.raw`Booting from ROM..${escapes}            |      ___|`,
        String.raw`  __|  _ \  |  _ \ __ \ `.trimEnd(),
        String.raw`\__ \ (   | | (   |  ) |`,
        String.raw`____/\___/ _|\___/____/`,
        "Solo5: Bindings version v0.9.0",
        "Solo5: Memory map: 128 MB addressable:",
        "Solo5: PCI:00:02: virtio-net device, base=0xc000, irq=11",
        "",
        "printed by the program",
        "",
      ].join("\r\n"),
    );
    assert.deepEqual(records.map(brief), [
      "boot|||Solo5 v0.9.0, 128 MB",
      "plain|||",
      "plain|||printed by the program",
    ]);
    assert.equal(parse("SeaBIOS (version 1.16.3)\n\nBooting from ROM...\n")[0]?.message, "SeaBIOS 1.16.3");
  });

  it("collects Unikraft's banner in one record and parses its kernel's messages", () => {
    const records = parse(
      [
        "Powered by",
        "o.   .o       _ _               __ _",
        "Oo   Oo  ___ (_) | __ __  __ _ ' _) :_",
        "oO   oO ' _ `| | |/ /  _)' _` | |_|  _)",
        "oOo oOO| | | | |   (| | | (_) |  _) :_",
        String.raw` OoOoO ._, ._:_:_,\_._,  .__,_:_, \___)`,
        "                  Pandora 0.16.1~5a22d73",
        "[    0.000000] Info: [libkvmplat] <setup.c @  271> Entering from KVM (x86)...",
        "[    0.104561] Warn: [libukbus_pci] <pci_bus.c @  112> No driver",
        "ERR:  [libukboot] bad boot",
        "CRIT: [libkvmplat] <trace.c @    3> crash",
        "2026-11-23T09:02:32Z: [INFO] [a] first",
        "                  OCaml 5.4.1",
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "boot|||Unikraft Pandora 0.16.1~5a22d73",
      "log|info|libkvmplat|Entering from KVM (x86)...",
      "log|warning|libukbus_pci|No driver",
      "log|error|libukboot|bad boot",
      "abort|error|libkvmplat|crash",
      "log|info|a|first",
    ]);
    assert.equal(records[0]?.more.length, 7);
    assert.equal(records.at(-1)?.more.length, 1);
  });

  it("collects a crash of Unikraft in one record, also after a BIOS's last line", () => {
    const records = parse(
      [
        "SeaBIOS (version 1.16.0-debian-1.16.0-5)",
        "Booting from ROM..[    0.000000] CRIT: [libkvmplat] <paging.c @  541> Assertion failure: isvalid(pa)",
        "[    0.807213] CRIT:  Unikraft Crash - Kiviuq (0.20.0~667ac92)",
        "[    0.808546] CRIT:  Registers:",
        "[    0.808695] CRIT:  rip: 0008:000000100d84322a",
        "Info: nobody's",
        "",
      ].join("\n"),
    );
    assert.deepEqual(records.map(brief), [
      "boot|||SeaBIOS 1.16.0-debian-1.16.0-5",
      "abort|error|libkvmplat|Assertion failure: isvalid(pa)",
      "plain|||Info: nobody's",
    ]);
    assert.deepEqual(records[0]?.more.at(-1), "Booting from ROM..");
    assert.deepEqual(records[1]?.more, [
      "Unikraft Crash - Kiviuq (0.20.0~667ac92)",
      "Registers:",
      "rip: 0008:000000100d84322a",
    ]);
  });

  it("collects the lines of Solo5 for Xen before its banner; another banner begins another boot", () => {
    const boot = [
      "Solo5: Xen console: port 0x2, ring @0x00000000FEFFF000",
      "Solo5: using E820 memory map",
      String.raw`            |      ___|`,
      String.raw`____/\___/ _|\___/____/`,
      "Solo5: Bindings version v0.6.9",
    ];
    const records = parse([...boot, ...boot, "2020-08-13 19:30:58 -00:00: INF [hello] hello", ""].join("\n"));
    assert.deepEqual(records.map(brief), [
      "boot|||Solo5 v0.6.9",
      "boot|||Solo5 v0.6.9",
      "log|info|hello|hello",
    ]);
    assert.equal(records[0]?.more.length, 5);
  });

  it("parses the end of Mini-OS, on which old Xen images ran", () => {
    const records = parse(
      [
        "Parsing config from network.xl",
        "MirageOS booting...",
        "2018-01-26 11:41:27 -00:00: INF [ethif] connected",
        "Page fault at linear address 28, rip 101667, regs 00000000002af898, sp 2af940, code 0",
        "RIP: e030:[<0000000000101667>]",
        "RAX: 0000000000101660 RBX: 000000000083b208 RCX: 0000000000002001",
        "Mirage exiting with status 2",
        "Do_exit called!",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      records.map(({ kind, more, status }) => [kind, more.length, status]),
      [
        ["tender", 0, undefined],
        ["boot", 1, undefined],
        ["log", 0, undefined],
        ["trap", 2, undefined],
        ["exit", 0, 2],
        ["plain", 0, undefined],
      ],
    );
  });

  it("collects a trap of arm64 with its registers, and recognizes missing virtio devices", () => {
    const records = parse(
      [
        "Solo5: Trap: EL1 Sync caught",
        "Data Abort Address: 0x0000000400000000",
        "Solo5: Dump registers:",
        "\t ESR    : 0x0000000096000046",
        "\t x00 ~ x03: 0x0000000000000000 0x1 0x2 0x3",
        "Solo5: ABORT: cpu_aarch64.c:79: Fatal trap",
        "Solo5: warning: command line too long, truncated",
        "Solo5: Device 'a' of type BLOCK_BASIC not attached.Solo5: All declared devices must be attached. Aborting.",
        "Solo5: solo5_abort() called",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      records.map(({ kind, level, more }) => [kind, level, more.length]),
      [
        ["trap", "error", 4],
        ["abort", "error", 0],
        ["plain", "warning", 0],
        ["abort", "error", 0],
        ["abort", "error", 0],
      ],
    );
  });

  it("distinguishes lines of xl from the guest's", () => {
    const records = parse(
      [
        "xc: error: Could not obtain handle on privileged command interface (13 = Permission denied): Internal error",
        "libxl: error: libxl.c:92:libxl_ctx_alloc: cannot open libxc handle: Permission denied",
        "cannot init xl context",
        "Unable to attach console",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      new Set(records.map(({ kind, level }) => `${kind} ${level}`)),
      new Set(["tender error"]),
    );
  });

  it("distinguishes lines of Firecracker and QEMU from the guest's", () => {
    const records = parse(
      [
        "2026-11-24T10:00:00.123456789 [anonymous-instance:main] Running Firecracker v1.7.0",
        "2026-11-24T10:00:00Z: [INFO] [a] of the unikernel",
        "2026-11-24T10:00:00.223456789 [anonymous-instance:fc_vcpu 0:WARN:src/vmm/src/x.rs:22] Odd",
        "2026-11-24T10:00:00.323456789 [anonymous-instance:main:ERROR:src/main.rs:92] RunWithoutApiError error: no",
        "Error: RunWithoutApi(BuildMicroVMFromJson)",
        "Could not access KVM kernel module: Permission denied",
        "qemu: could not load kernel 'dist/hello.qemu': No such file or directory",
        "",
      ].join("\n"),
    );
    assert.deepEqual(
      records.map(({ kind, level, more }) => [kind, level, more.length]),
      [
        ["tender", undefined, 0],
        ["log", "info", 0],
        ["tender", "warning", 0],
        ["tender", "error", 0],
        ["tender", "error", 0],
        ["tender", "error", 0],
        ["tender", "error", 0],
      ],
    );
  });

  it("adds the lines that iPXE overwrites to the boot record", () => {
    const records = parse(
      "\u001bc\u001b[?7l\u001b[2J\u001b[0mSeaBIOS (version 1.15.0-1)\r\n\r\n\r\n" +
        "iPXE (http://ipxe.org) 00:03.0 CA00 PCI2.10 PnP PMM+07F8B340+07ECB340 CA00\r\n" +
        "Press F12 for boot menu.\r\n" +
        `Press Ctrl-B to configure iPXE (PCI 00:03.0)...\r${" ".repeat(79)}\r\n\r\nBooting from ROM...` +
        "2026-11-27T20:43:09-00:00: [INFO] [a] hi\r\n",
    );
    assert.deepEqual(records.map(brief), ["boot|||SeaBIOS 1.15.0-1", "log|info|a|hi"]);
  });

  it("removes the domain that Xen's console writes before each line", () => {
    const records = parse(
      "(d5) Solo5: Xen console: port 0x2, ring @0x00000000FEFFF000\n" +
        "(d5) 2026-11-23T18:34:31-00:00: [INFO] [a] hello\n(d5)   and more\n(XEN) d5v0 triple fault\n",
    );
    assert.deepEqual(records.map(brief), [
      "boot|||Solo5",
      "log|info|a|hello",
      "tender|||(XEN) d5v0 triple fault",
    ]);
    assert.deepEqual(records[1]?.more, ["  and more"]);
  });
});
