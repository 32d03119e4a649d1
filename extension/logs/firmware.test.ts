import assert from "node:assert/strict";
import { consoleParser } from "./consoleParser.ts";
import type { LogRecord } from "./model.ts";

function parse(text: string): LogRecord[] {
  const records: LogRecord[] = [];
  const parser = consoleParser({ now: () => 1000, onRecord: (record) => records.push(record) });
  parser.stdout(Buffer.from(text));
  parser.end();
  return records;
}

const brief = ({ kind, level, source, message }: LogRecord) =>
  [kind, level ?? "", source ?? "", message].join("|");

describe("what runs before and below the guest", () => {
  it("folds what a BIOS prints before the guest, also where the guest's banner begins in its line", () => {
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

  it("folds Unikraft's banner and reads its kernel's messages", () => {
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
      "log|error|libkvmplat|crash",
      "log|info|a|first",
    ]);
    assert.equal(records[0]?.more.length, 7);
    assert.equal(records.at(-1)?.more.length, 1);
  });

  it("tells lines of Firecracker and QEMU from the guest's", () => {
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
});
