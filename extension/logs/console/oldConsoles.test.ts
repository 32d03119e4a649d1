import assert from "node:assert/strict";
import { brief, parseLines } from "./testConsole.ts";

const briefly = (...lines: readonly string[]) => parseLines(...lines).map(brief);
const kinds = (...lines: readonly string[]) =>
  parseLines(...lines).map(({ kind, level, more }) => [kind, level, more.length]);

describe("consoles of other versions and hosts", () => {
  it("recognizes the end of Solo5 before version 0.4, which printed no status", () => {
    assert.deepEqual(
      briefly(
        "Fatal error: exception Not_found",
        'Raised at file "map.ml", line 122, characters 10-25',
        "Solo5: solo5_exit() called",
        "Solo5: Halted",
      ),
      [
        "exception|error||Fatal error: exception Not_found",
        "exit|||Solo5: solo5_exit() called",
        "plain|||Solo5: Halted",
      ],
    );
  });

  it("recognizes lines of ukvm, the tender before version 0.4", () => {
    assert.deepEqual(kinds("ukvm-bin: KVM: ioctl (SET_SREGS) failed: Invalid argument"), [
      ["tender", "error", 0],
    ]);
  });

  it("removes the time that Xen's console daemon writes before each line", () => {
    const records = parseLines(
      "[2026-11-23 12:34:30] Logfile Opened",
      "[2026-11-23 12:34:31] Solo5: Xen console: port 0x2, ring @0x00000000FEFFF000",
      String.raw`[2026-11-23 12:34:31]             |      ___|`,
      "[2026-11-23 12:34:31] Solo5: Bindings version v0.6.9",
      "[2026-11-23 12:34:31] 2026-11-23 18:34:31 -00:00: INF [qubes.db] connected",
      "[2026-11-23 12:34:31]   to dom0",
      "[2026-11-23 12:34:32] Solo5: trap: type=#MF ec=0x0 rip=0x28bded rsp=0x3ffd600 rflags=0x10293",
      "[2026-11-23 12:34:32] Solo5: ABORT: cpu_x86_64.c:181: Fatal trap",
    );
    assert.deepEqual(records.map(brief), [
      "plain|||[2026-11-23 12:34:30] Logfile Opened",
      "boot|||Solo5 v0.6.9",
      "log|info|qubes.db|connected",
      "trap|error||Solo5: trap: type=#MF ec=0x0 rip=0x28bded rsp=0x3ffd600 rflags=0x10293",
      "abort|error||Solo5: ABORT: cpu_x86_64.c:181: Fatal trap",
    ]);
    assert.deepEqual(records[2]?.more, ["  to dom0"]);
    assert.deepEqual(
      briefly("[2026-11-23 12:34:30] GET /", "[2026-11-23 12:34:31] GET /b"),
      ["plain|||[2026-11-23 12:34:30] GET /", "plain|||[2026-11-23 12:34:31] GET /b"],
      "a program's own time stays",
    );
  });

  it("removes the component that Genode writes before each line", () => {
    assert.deepEqual(
      briefly(
        "[init -> hello] Solo5: Bindings version v0.9.0",
        "[init -> hello] 2026-11-23T09:02:32Z: [INFO] [application] hello",
        "[init -> hello] Solo5: solo5_exit(0) called",
      ),
      ["boot|||Solo5 v0.9.0", "log|info|application|hello", "exit|||Solo5: solo5_exit(0) called"],
    );
  });

  it("collects the boot of Mini-OS in one record and keeps its later lines out of log messages", () => {
    const records = parseLines(
      "Parsing config from hello.xl",
      "Xen Minimal OS!",
      "  start_info: 0000000000245000(VA)",
      "MM: Init",
      "      _text: 0000000000000000(VA)",
      "Initialising timer interface",
      "Initialising console ... done.",
      "getenv(OCAMLRUNPARAM) -> null",
      "2018-01-26 11:41:27 -00:00: INF [net-xen:frontend] connect 0",
      "Unsupported function getpid called in Mini-OS kernel",
      "2018-01-26 11:41:28 -00:00: INF [a] b",
      "Fatal error: out of memory.",
      "Mirage exiting with status 2",
    );
    assert.deepEqual(records.map(brief), [
      "tender|||Parsing config from hello.xl",
      "boot|||Mini-OS",
      "log|info|net-xen:frontend|connect 0",
      "boot|||Mini-OS",
      "log|info|a|b",
      "abort|error||Fatal error: out of memory.",
      "exit|||Mirage exiting with status 2",
    ]);
    assert.equal(records[1]?.more.length, 7);
    assert.equal(parseLines("MirageOS booting...", "Initialising timer interface").length, 1);
  });

  it("recognizes Unikraft's banner of one line, and messages that name their thread", () => {
    const records = parseLines(
      "en1: Added",
      "en1: Interface is up",
      "Powered by Unikraft Kiviuq (0.20.0~667ac92)",
      "[    0.786024] ERR:  [libposix_process] Ignore updating resource 7: cur = 1024, max = 1024",
      "[    1.027983] Info: <init> test: uknofault",
      "[    1.040399] CRIT: <init> [libukvmem] <pagefault.c @   43> Cannot handle read page fault at 0x20 (ec: 0x0): Bad address (14).",
      "[    1.041399] CRIT: [libkvmplat] RIP: 00000010088df442 CS: 0008",
    );
    assert.deepEqual(records.map(brief), [
      "boot|||Unikraft Kiviuq 0.20.0~667ac92",
      "log|error|libposix_process|Ignore updating resource 7: cur = 1024, max = 1024",
      "log|info||test: uknofault",
      "abort|error|libukvmem|Cannot handle read page fault at 0x20 (ec: 0x0): Bad address (14).",
    ]);
    assert.equal(records[3]?.more.length, 1);
  });

  it("distinguishes tenders' information from their errors", () => {
    assert.deepEqual(
      kinds(
        "qemu-system-x86_64: terminating on signal 15 from pid 4711 (node)",
        "libxl: info: libxl_create.c:121:x: using default",
        "libxl: notice: libxl_numa.c:518:x: NUMA placement failed",
        "xc: detail: elf_load_binary: phdr 0 at 0x100000",
        "libxl: warning: libxl_mem.c:2:x: odd",
        "xenial: is no tool of Xen",
        "solo5-hvt-debug: dumpcore: cannot open dir",
        "Failed to read config file: hello.xl: No such file or directory",
        "/bin/qemu-system-x86_64: invalid accelerator kvm",
      ),
      [
        ["tender", undefined, 0],
        ["tender", undefined, 0],
        ["tender", undefined, 0],
        ["tender", undefined, 0],
        ["tender", "warning", 0],
        ["plain", undefined, 0],
        ["tender", "error", 0],
        ["tender", "error", 0],
        ["tender", "error", 0],
      ],
    );
  });

  it("collects KVM's error with the registers that QEMU prints below it", () => {
    assert.deepEqual(
      kinds(
        "KVM internal error. Suberror: 1",
        "emulation failure",
        "RAX=0000000000000000 RBX=0000000000000000 RCX=00000000c0000101 RDX=0000000000000000",
        "RIP=0000000000100024 RFL=00010002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0",
        "ES =0010 0000000000000000 ffffffff 00c09300 DPL=0 DS   [-WA]",
        "GDT=     0000000000100100 00000027",
        "CR0=80010033 CR2=0000000000000000 CR3=0000000000131000 CR4=00000620",
        "EFER=0000000000000d00",
        "Code=00 0f 22 c0 48 <0f> ae 00",
        "error: kvm run failed Bad address",
        "hello",
      ),
      [
        ["tender", "error", 8],
        ["tender", "error", 0],
        ["plain", undefined, 0],
      ],
    );
  });

  it("recognizes fatal errors of the C library and the loader", () => {
    assert.deepEqual(
      kinds(
        "2026-11-23T09:02:32Z: [INFO] [a] b",
        "*** stack smashing detected ***: terminated",
        "double free or corruption (fasttop)",
        "free(): invalid pointer",
        "malloc(): corrupted top size",
        "hello: stubs.c:12: read_all: Assertion `n > 0' failed.",
        "./dist/hello: error while loading shared libraries: libgmp.so.10: cannot open shared object file: No such file or directory",
      ),
      [
        ["log", "info", 0],
        ["abort", "error", 0],
        ["abort", "error", 0],
        ["abort", "error", 0],
        ["abort", "error", 0],
        ["abort", "error", 0],
        ["tender", "error", 0],
      ],
    );
  });

  it("creates no record for the zero byte that ends Solo5's message about a corrupted stack", () => {
    assert.deepEqual(kinds("Solo5: ABORT: Stack corruption detected", "\0"), [["abort", "error", 1]]);
  });

  it("collects the lines of BIOS, boot loader and Solo5 before version 0.4 in one record", () => {
    const records = parseLines(
      "SeaBIOS (version 1.8.2)",
      "Total RAM Size = 0x0000000026600000 = 614 MiB",
      "CPU Mhz=2201",
      "CPUs found: 1     Max CPUs supported: 1",
      "found virtio-scsi at 0:3",
      "virtio-scsi blksize=512 sectors=2097152 = 1024 MiB",
      "drive 0x000f5500: PCHS=0/0/0 translation=lba LCHS=1024/32/63 s=2097152",
      "Booting from Hard Disk 0...",
      "",
      "SYSLINUX 6.03 2014-10-06 Copyright (C) 1994-2014",
      "Loading unikernel.bin... ok",
      String.raw`            |      ___|`,
      String.raw`____/\___/ _|\___/____/`,
      "multiboot: Using memory: 0x100000 - 0x265fd000",
      "Initializing the KVM Paravirtualized clock.",
      "virtio_config: device_id=8, interrupt_line=b",
      "Found virtio network device with MAC: 42 01 0a",
      "hello",
      "CPUs found: by the program",
    );
    assert.deepEqual(records.map(brief), [
      "boot|||Solo5",
      "plain|||hello",
      "plain|||CPUs found: by the program",
    ]);
    assert.deepEqual(
      records.map(({ more }) => more.length),
      [17, 0, 0],
    );
  });

  it("adds a backtrace to the line that a program printed above it", () => {
    const [thread, bye] = parseLines(
      'Thread 3 killed on uncaught exception Failure("x")',
      'Raised at Dune__exe__Unikernel.f in file "unikernel.ml", line 3, characters 4-9',
      'Called from file "lib/main.ml" line 60, characters 15-25',
      "bye",
    );
    assert.deepEqual(
      thread?.frames.map(({ file, line }) => `${file}:${line}`),
      ["unikernel.ml:3", "lib/main.ml:60"],
    );
    assert.equal(bye?.message, "bye");
    assert.equal(thread?.level, "error");
    assert.equal(
      parseLines("step 1", "Called from the loop").length,
      2,
      "not all that is called is of a backtrace",
    );
  });

  it("splits a line in which a line of an older reporter begins", () => {
    assert.deepEqual(briefly("10%2017-02-11 14:49:04 -00:00: INF [a] b"), ["plain|||10%", "log|info|a|b"]);
  });

  it("collects QEMU's warning of several lines in one record, and separates Xen's own lines", () => {
    assert.deepEqual(
      kinds(
        "WARNING: Image format was not specified for 'disk.img' and probing guessed raw.",
        "         Automatically detecting the format is dangerous for raw images.",
        "         Specify the 'raw' format explicitly to remove the restrictions.",
        "(XEN) d8v0 Unhandled page fault fault/trap [#14, ec=0000]",
        "2026-11-24T10:00:00.1 [anonymous-instance:main] RunWithoutApiError error: no",
        "free(): is a function of the program",
      ),
      [
        ["tender", "warning", 2],
        ["tender", undefined, 0],
        ["tender", "error", 0],
        ["plain", undefined, 0],
      ],
    );
  });

  it("collects OCaml 5's out-of-memory message in one record, including the empty line", () => {
    assert.deepEqual(
      kinds("Fatal error: Fatal error: out of memory.", "", "Aborted", "Solo5: solo5_abort() called"),
      [
        ["abort", "error", 2],
        ["abort", "error", 0],
      ],
    );
  });

  it("adds the stack that Mini-OS prints to its page fault", () => {
    assert.deepEqual(
      kinds(
        "Page fault at linear address 10843c74843, rip 23bd37, regs 000000000042f948, sp 42f9f0, code 0",
        "RIP: e030:[<000000000023bd37>]",
        "base is 0x42fa30 caller is 0x21375f",
        "Page fault in pagetable walk (access to invalid memory?).",
      ),
      [["trap", "error", 3]],
    );
  });
});
