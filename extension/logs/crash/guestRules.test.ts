import assert from "node:assert/strict";
import { ConsoleParser } from "../console/consoleParser.ts";
import type { CrashExplanation } from "./crashExplanation.ts";
import { explainCrash } from "./explainCrash.ts";
import type { LogRecord } from "../model.ts";

function crashOf(text: string, target = "hvt"): CrashExplanation | undefined {
  const records: LogRecord[] = [];
  const parser = new ConsoleParser({ now: () => 0, onRecord: (record) => records.push(record) });
  parser.stdout(Buffer.from(`${text}\n`));
  parser.end();
  return explainCrash(records, { target, outcome: { kind: "failed", text: "failed" } });
}

type Case = readonly [console: string, text: RegExp, next: RegExp];

function each(cases: readonly Case[], target?: string): void {
  for (const [text, cause, next] of cases) {
    it(`explains "${text}"`, () => {
      const crash = crashOf(text, target);
      assert.match(crash?.text ?? "", cause);
      assert.match(crash?.next ?? "", next);
    });
  }
}

describe("errors of a tender", () => {
  each([
    ["solo5-hvt: Invalid option: `--frob'", /does not accept the option --frob\./, /"tenderArgs"/],
    ["solo5-spt: Malformed argument to --mem", /value of --mem/, /launch\.json/],
    [
      "solo5-hvt: guest memory size 104857597902848 bytes exceeds the max size 4294967296 bytes",
      /more memory than/,
      /Lower "memory"/,
    ],
    ["solo5-spt: Error allocating guest memory: Cannot allocate memory", /more memory than/, /Lower/],
    [
      "solo5-spt: spt/spt_core.c:93: spt_init: Assertion `(uint64_t)(mem_size - 1) < (uint64_t)&__executable_start' failed.",
      /more memory than/,
      /Lower/,
    ],
    [
      "solo5-spt: a.spt: invalid executable: e_entry does not fall within the memory allocation range (1048608 < 1048576 || 1048608 >= 1048576)",
      /ran out of memory/,
      /more memory: "memory"/,
    ],
    [
      "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory",
      /more memory than/,
      /Lower/,
    ],
    [
      "solo5-hvt: storage: Backing storage size must be block aligned (512 bytes)",
      /storage is not a multiple of 512 bytes/,
      /truncate -s %512/,
    ],
    [
      "solo5-hvt: Block size must be a multiple of 2 greater than or equal 512",
      /sector size/,
      /power of two/,
    ],
    [
      "solo5-hvt: Could not attach interface: eth0: Invalid argument",
      /eth0 can't be used: Invalid argument/,
      /not a tap/,
    ],
    ["solo5-hvt: Could not attach interface: @99: Bad file descriptor", /@99 can't/, /"net"/],
    [
      "solo5-hvt: Could not attach interface: tap0: Operation not permitted",
      /tap0 can't/,
      /to your user: sudo/,
    ],
    ["solo5-hvt: a.hvt: phdr[7] bytes read mismatches note size (0 != 20)", /incomplete/, /Build it again/],
    ["solo5-hvt: KVM: host TSC is unstable, cannot continue", /KVM on this host/, /spt/],
    [
      "solo5-spt: a.spt: Error: phdr[0] requests WRITE and EXEC permissions",
      /both writable and executable/,
      /stubs/,
    ],
    ["solo5-hvt: Guest command line too long (max=8191 characters)", /arguments are too long/, /"args"/],
  ]);

  it("offers no command for a name that no tap can have", () => {
    const actions = crashOf("solo5-hvt: Could not attach interface: @99: Bad file descriptor")?.actions;
    assert.deepEqual(
      actions?.map(({ kind }) => kind),
      ["launch", "devices"],
    );
  });

  it("explains the first error that a rule matches, not the first error", () => {
    const said = crashOf(
      [
        "libxl: error: libxl_exec.c:118:x: /etc/xen/scripts/vif-bridge online [77] exited with error status 1",
        "libxl: error: libxl_device.c:1400:x: script: Could not find bridge device br0",
        "libxl: error: libxl_create.c:1862:x: unable to add vif devices",
      ].join("\n"),
      "xen",
    );
    assert.match(said?.text ?? "", /bridge br0/);
    assert.equal(said?.seq, 1);
  });
});

describe("errors of QEMU, Firecracker and Xen", () => {
  each(
    [
      [
        "solo5-virtio-run: error: no such network interface: tap7",
        /tap7 can't be used/,
        /ip tuntap add tap7 mode tap/,
      ],
      [
        "solo5-virtio-run: error: not found: dist/hello.virtio}",
        /dist\/hello\.virtio does not exist/,
        /Build/,
      ],
      ["solo5-virtio-run: error: not found: /tmp/disk.img", /disk\.img does not exist/, /"block"/],
      ["qemu: could not load PC BIOS 'bios-256k.bin'", /firmware bios-256k\.bin/, /Install/],
      [
        'qemu-system-x86_64: -device virtio-net: failed to find romfile "efi-virtio.rom"',
        /firmware efi-virtio\.rom/,
        /Install/,
      ],
      ["qemu-system-x86_64: CPU model 'host' requires KVM or HVF", /KVM/, /tcg/],
      ["qemu-system-x86_64: invalid accelerator kvm", /KVM/, /tcg/],
      ["KVM internal error. Suberror: 1\nemulation failure", /KVM on this host/, /tcg/],
      [
        "qemu-system-x86_64: -netdev tap,id=n,ifname=tap3: could not configure /dev/net/tun: Operation not permitted",
        /tap3 can't be used/,
        /Give the tap to your user/,
      ],
      [
        "qemu-system-x86_64: -netdev tap,ifname=tap0: network script /etc/qemu-ifup failed with status 256",
        /script \/etc\/qemu-ifup failed/,
        /script=no/,
      ],
      ["error: kvm run failed Bad address", /KVM on this host/, /tcg/],
    ],
    "virtio",
  );
  each([
    [
      "2026-11-24T10:00:00.123456789 [anonymous-instance:main:ERROR:src/main.rs:92] Error creating KVM object: No such file or directory (os error 2)",
      /\/dev\/kvm can't be opened: No such file/,
      /Load the kvm module/,
    ],
    [
      "2026-11-24T10:00:00.123456789 [i:main:ERROR:src/main.rs:92] Open tap device failed: Error while creating ifreq structure. Invalid TUN/TAP Backend provided by tap0.",
      /network interface tap0 can't be used/,
      /ip tuntap add tap0/,
    ],
    [
      'libxl: error: libxl_create.c:1000:x: Domain with name "hello" already exists',
      /already running/,
      /xl destroy hello/,
    ],
    ["Failed to read config file: a.xl: No such file or directory", /a\.xl can't be read/, /Build/],
    ["xc: error: Failed allocation for dom 5: 2048 extents of order 0", /more memory than/, /Lower/],
    [
      "2026-11-24T10:00:00.1 [i:main:ERROR:src/main.rs:92] RunWithoutApiError error: Cannot open kernel image: No such file",
      /image can't be opened/,
      /Build/,
    ],
    [
      "xc: error: panic: xc_dom_core.c:702: x: no loader found: Invalid kernel",
      /not a Solo5 executable/,
      /Build/,
    ],
    ["libxl: error: libxl.c:3:x: failed to free memory for the domain", /more memory than/, /Lower/],
  ]);
});

describe("errors of a guest or a process", () => {
  each(
    [
      [
        "Solo5: trap: type=#MF ec=0x0 rip=0x28bded rsp=0x3ffd600 rflags=0x10293",
        /Floating-point.*0x28bded/,
        /C stubs/,
      ],
      [
        "Solo5: trap: type=#BP ec=0x0 rip=0x104a21 rsp=0x3ffd600 rflags=0x10293",
        /breakpoint.*0x104a21/,
        /debug/,
      ],
      ["Fatal error: Fatal error: No memory for minor heap", /ran out of memory/, /"memory"/],
      ["Cannot handle page request order 8!", /ran out of memory/, /"memory"/],
      [
        "[    1.040399] CRIT: [libukvmem] Cannot handle read page fault at 0x20 (ec: 0x0): Bad address (14).\n[    1.041399] CRIT: [libkvmplat] RIP: 00000010088df442 CS: 0008",
        /read from the address 0x20, from the code at 0x10088df442/,
        /null pointer/,
      ],
      [
        "[    0.807213] CRIT: Unikraft Crash - Kiviuq (0.20.0~667ac92)\n[    0.808695] CRIT: rip: 0008:000000100d84322a",
        /Unikraft crashed, from the code at 0x100d84322a/,
        /invalid memory/,
      ],
      [
        'Fatal error: exception Assert_failure("unikernel.ml", 12, 4)',
        /Assert_failure.*in unikernel\.ml line 12/,
        /Open the line/,
      ],
      [
        'Fatal error: exception Failure("tun[TUNSETIFF]: Device or resource busy")',
        /Another program uses its network interface/,
        /Stop/,
      ],
      [
        'Fatal error: exception Failure("tun[open]: No such file or directory")',
        /\/dev\/net\/tun/,
        /modprobe tun/,
      ],
    ],
    "unikraft-qemu",
  );
  each(
    [
      ["*** stack smashing detected ***: terminated", /stack was overwritten/, /local array/],
      ["double free or corruption (fasttop)", /heap was corrupted: double free/, /C stubs/],
      ["hello: stubs.c:12: f: Assertion `n > 0' failed.", /stubs\.c:12: f: Assertion/, /C code/],
      [
        "./hello: error while loading shared libraries: libgmp.so.10: cannot open shared object file: No such file",
        /shared library libgmp\.so\.10/,
        /Install/,
      ],
      [
        "./hello: /lib/libc.so.6: version `GLIBC_2.34' not found (required by ./hello)",
        /newer library.*GLIBC_2\.34/,
        /Build it again/,
      ],
      [
        "2026-11-24T10:00:00Z: [ERROR] [application] listen 8080: Address already in use",
        /already uses its port/,
        /Stop/,
      ],
    ],
    "unix",
  );

  each([
    [
      'Fatal error: exception Invalid_argument("Called too early. Please delay this call to after the start function of the unikernel.")',
      /boot argument was read before/,
      /inside start/,
    ],
    [
      'Fatal error: exception Invalid_argument("first\n  second: line\n[third]")\nRaised at A.f in file "a.ml", line 1, characters 2-3',
      /Invalid_argument\("first second: line \[third\]"\), in a\.ml line 1/,
      /Open/,
    ],
    [
      "Fatal error: exception Not_found\nFatal error in uncaught exception handler: exception Stdlib.Exit",
      /^Uncaught exception Not_found\.$/,
      /backtrace/,
    ],
    [
      "u: option '-l': invalid element in list ('*:loud'): invalid value\n           'loud', expected one of 'quiet'\nUsage: u",
      /invalid value 'loud', expected one of 'quiet'\.$/,
      /--help/,
    ],
    [
      'Fatal error: exception (Failure "x")\nRaised at file "src/core/lwt.ml", line 789, characters 22-23\nCalled from file "map.ml", line 122, characters 10-25\nCalled from file "dispatch.ml", line 9, characters 2-28',
      /in dispatch\.ml line 9/,
      /Open/,
    ],
  ]);

  it("gives advice on a forbidden system call", () => {
    const outcome = {
      kind: "failed",
      text: "forbidden system call (SIGSYS): seccomp stopped the unikernel",
      cause: "forbiddenSystemCall",
    } as const;
    assert.match(explainCrash([], { target: "spt", outcome })?.next ?? "", /system calls itself/);
  });
});

describe("errors of a Unix process", () => {
  each(
    [
      [
        'Fatal error: exception Failure("connect disk.img: failed to open file")',
        /^The block file disk\.img can't be opened\.$/,
        /truncate -s 16M disk\.img$/,
      ],
      [
        'Fatal error: exception Failure("mirage-block-unix:of_config: file not sector-aligned")',
        /not a multiple of its sector size/,
        /truncate -s %512/,
      ],
      [
        "Usage: resolve [--help] --domain-name=VALUE [OPTION]…\nresolve: required option --domain-name is missing",
        /boot arguments: required option --domain-name is missing\.$/,
        /^Correct "args"/,
      ],
    ],
    "unix",
  );
});
