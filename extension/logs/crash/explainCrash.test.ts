import assert from "node:assert/strict";
import { explainCrash } from "./explainCrash.ts";
import { parse, recorded } from "../console/testConsole.ts";

const crashOf = (path: string) => explainCrash(recorded(path));

describe("explainCrash", () => {
  const cases: readonly (readonly [string, RegExp, RegExp])[] = [
    ["runtime/spt/mode-oom.stdout", /out of memory/, /"memory" in launch\.json/],
    ["runtime/tender-hvt/mem-4.stdout", /out of memory/, /memory/],
    ["runtime/tender-hvt/mem-1.stderr", /out of memory/, /memory/],
    ["runtime/virtio-qemu-tcg/low-memory.stdout", /out of memory/, /memory/],
    ["runtime/tender-hvt/missing-device-net.stderr", /device service0 is not attached/, /tap/],
    ["net-run/spt-tap-busy.stderr", /tap0 can't be used: Device or resource busy/, /another tap/],
    ["net-run/unix-direct-unprivileged.stderr", /no permission to create its network interface/, /tuntap/],
    ["runtime/tender-hvt/dev-kvm-eacces.stderr", /\/dev\/kvm.*Permission denied/, /group kvm/],
    ["runtime/tender-hvt/no-dev-kvm-enoent.stderr", /\/dev\/kvm.*No such/, /spt/],
    ["hello-run/hvt-direct-pvm-fails.stderr", /KVM/, /spt/],
    ["runtime/unix/mode-exn.stderr", /Custom\("boom", 42\), in unikernel\.ml line 14/, /Open the line/],
    ["runtime/unix/log-bad.stderr", /boot arguments: option '-l'/, /--help/],
    ["runtime/tender-hvt/solo5test-exception.stdout", /wrote to the address 0x400000000/, /invalid memory/],
    ["runtime/tender-hvt/solo5test-xnow.stderr", /accessed memory that is protected/, /C stubs/],
    [
      "runtime/virtio-qemu-tcg/solo5test-blk-unattached.stdout",
      /device storage is not attached/,
      /disk\.img/,
    ],
    [
      "runtime/tender-hvt/solo5test-notls.stdout",
      /read from the address 0x28, from the code at/,
      /null pointer/,
    ],
  ];
  for (const [path, text, next] of cases) {
    it(`explains ${path}`, () => {
      const crash = crashOf(path);
      assert.match(crash?.text ?? "", text);
      assert.match(crash?.next ?? "", next);
    });
  }

  const texts: readonly (readonly [string, RegExp, RegExp])[] = [
    ["Fatal error: out of memory", /^It ran out of memory/, /"memory" in launch\.json/],
    ["Fatal error: allocation failure during minor GC", /^It ran out of memory/, /"memory" in launch\.json/],
    ["Fatal error: exception Out of memory", /^It ran out of memory/, /"memory" in launch\.json/],
    ["Fatal error: uncaught exception Not_found", /^Uncaught exception Not_found\.$/, /backtrace/],
    ["Could not access KVM kernel module: Permission denied", /^\/dev\/kvm .*Permission denied/, /group kvm/],
    [
      "qemu-system-x86_64: -netdev tap: could not configure /dev/net/tun (tap0): Device or resource busy",
      /^The network interface tap0 can't be used: Device or resource busy/,
      /another tap/,
    ],
    [
      "qemu-system-x86_64: -drive file=a.img: Could not open 'a.img': No such file or directory",
      /^The block file a\.img can't be opened: No such file/,
      /"block" in launch\.json/,
    ],
  ];
  const more: typeof texts = [
    ["solo5-hvt: KVM: unhandled exit: exit_reason=0x6, rip=0x10403a", /^It accessed memory/, /C stubs/],
    [
      "qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69",
      /^KVM on this host can't/,
      /"-accel", "tcg"/,
    ],
    [
      "solo5-hvt: a.hvt: Executable requests unsupported ABI version 3",
      /version 3 of the Solo5 ABI/,
      /same opam switch/,
    ],
    [
      "Fatal error: exception Stdlib.Effect.Unhandled(Dune__exe__Unikernel.Suspend(_))",
      /^It performed the effect Unikernel\.Suspend\(_\) without a handler\.$/,
      /main loop/,
    ],
    [
      "STUB: abort: rename() called\nSolo5: solo5_abort() called",
      /^It called the C function rename, which/,
      /can't be used on this target/,
    ],
    [
      "solo5-spt: seccomp(SECCOMP_SET_MODE_FILTER) failed: Operation not permitted",
      /does not let solo5-spt sandbox the unikernel: Operation not permitted/,
      /outside the container/,
    ],
    [
      "2020-06-16T13:31:24.898602853 [anonymous-instance:ERROR:src/vmm/src/signal_handler.rs:37] Shutting down VM after intercepting a bad syscall (39).",
      /^Firecracker made a system call \(39\) that its own filter forbids\.$/,
      /released Firecracker binary/,
    ],
    [
      'Uncaught exception:\n  \n  (Failure "no key")\n\nRaised at Unikernel.f in file "unikernel.ml", line 3, characters 1-2',
      /^Uncaught exception \(Failure "no key"\), in unikernel\.ml line 3\.$/,
      /Open the line/,
    ],
    [
      "solo5-spt: dist/hello.spt: Could not open: No such file or directory",
      /^The image dist\/hello\.spt can't be opened: No such file or directory\.$/,
      /Build it again/,
    ],
    ["Solo5: solo5_abort() called", /^It was aborted: solo5_abort\(\) called/, /just before/],
    ["Solo5: ABORT: Stack corruption detected", /its stack was overwritten/, /local array/],
    ["Solo5: Device 'a' of type NET_BASIC not attached.Solo5: All", /device a is not attached/, /"net"/],
    [
      'qemu-system-x86_64: -device x: Failed to get "write" lock',
      /Another program uses a block file/,
      /Stop/,
    ],
    [
      "qemu-system-x86_64: failed to initialize kvm: Permission denied",
      /^\/dev\/kvm .*Permission denied/,
      /group kvm/,
    ],
    [
      "qemu-system-x86_64: Error loading uncompressed kernel without PVH ELF Note",
      /not a Solo5 executable/,
      /Build it again/,
    ],
    [
      "xc: error: Could not obtain handle on privileged command interface (13 = Permission denied): x",
      /permission to use Xen/,
      /root/,
    ],
    [
      "libxl: error: libxl.c:92:libxl_ctx_alloc: cannot open libxc handle: No such file or directory",
      /does not run under Xen/,
      /Xen/,
    ],
    [
      "libxl: error: libxl_dom.c:35:x: unable to get domain type for domid=6",
      /ended before its console/,
      /preserve/,
    ],
    [
      'Fatal error: exception Unix.Unix_error(Unix.EACCES, "bind", "")',
      /below 1024 are reserved for root/,
      /port/,
    ],
    ['Fatal error: exception Unix.Unix_error(Unix.EADDRINUSE, "bind", "")', /already uses its port/, /Stop/],
    [
      'Fatal error: exception File "unikernel.ml", line 12, characters 4-10: Assertion failed',
      /^Uncaught exception Assertion failed, in unikernel\.ml line 12\.$/,
      /Open the line/,
    ],
    [
      "[    0.000000] CRIT: [libkvmplat] <paging.c @  541> Assertion failure: isvalid(pa)",
      /^It was aborted: Assertion failure: isvalid\(pa\)\.$/,
      /^$/,
    ],
    [
      'hello: internal error, uncaught exception:\n       Failure("no key")\n       Raised at Unikernel.go in file "unikernel.ml", line 3, characters 4-9',
      /^Uncaught exception Failure\("no key"\), in unikernel\.ml line 3\.$/,
      /Open the line/,
    ],
    [
      "Usage: hello [--help] [OPTION]…\nhello: unknown option '--frob', did you mean\n       '--foo'?",
      /unknown option '--frob'/,
      /--help/,
    ],
    ["hello: required arguments A, B are missing", /boot arguments: required arguments A/, /"args"/],
    ["hello: A… arguments: invalid value 'x'", /boot arguments: A… arguments/, /"args"/],
    ["hello: environment variable 'X': invalid value 'y'", /boot arguments: environment variable/, /"args"/],
    [
      "Solo5: trap: type=#DE ec=0x0 rip=0x104022 rsp=0x3ffffe0 rflags=0x6",
      /divided by zero, from the code at/,
      /C stubs/,
    ],
    [
      "Page fault at linear address 28, rip 101667, regs 2af898, sp 2af940, our_sp 2af860, code 0",
      /read from the address 0x28, from the code at 0x101667/,
      /null pointer/,
    ],
    [
      "Solo5: trap: type=#PF ec=0x2 rip=0x104022 rsp=0x3fff000 rflags=0x6\nSolo5: trap: cr2=0x3ffeff8",
      /wrote to the address 0x3ffeff8/,
      /recursion goes too deep/,
    ],
    [
      "Solo5: Trap: EL1 Sync caught\nData Abort Address: 0x0000000400000000",
      /used the address 0x400000000\.$/,
      /invalid memory/,
    ],
  ];
  for (const [line, text, next] of [...texts, ...more]) {
    it(`explains "${line}"`, () => {
      const records = parse(`${line}\n`);
      const crash = explainCrash(records, { target: "virtio" });
      assert.match(crash?.text ?? "", text);
      assert.match(crash?.next ?? "", next);
    });
  }
});
