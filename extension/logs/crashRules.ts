import type { Crash, CrashAction } from "./explain.ts";
import type { LogRecord } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** What a fault of memory comes from. */
export const badMemory = t(
  "Invalid memory was used: look at C stubs and unsafe functions, or for too deep recursion.",
);

/** What is told of a failure: its cause, what to do about it, and buttons for that. */
export type Said = Pick<Crash, "text" | "next"> & { readonly actions?: readonly CrashAction[] };

const moreMemory: Said = {
  text: t("It ran out of memory."),
  next: t(
    'Give it more memory: "memory" in launch.json, in MB (a unikernel under Solo5 needs 16 MB or more).',
  ),
  actions: [{ kind: "launch" }],
};
const attach: readonly CrashAction[] = [{ kind: "launch" }, { kind: "devices" }];
const build: readonly CrashAction[] = [{ kind: "build" }];

const withCommand = (text: string, words: string, command: string): Said => ({
  text,
  next: `${words}: ${command}`,
  actions: [{ kind: "copy", text: command }],
});

/** What a line that tells of a failure means. */
interface Rule {
  readonly pattern: RegExp;
  /** Also where a program says it in an error that it logs; other words may mean something else there. */
  readonly logged?: true;
  readonly explain: (match: RegExpExecArray, target: string) => Said;
}

const rules: readonly Rule[] = [
  {
    pattern:
      /exception (?:Stdlib\.)?Out[ _]of[ _]memory|Fatal error: (?:out of memory|allocation failure)|Not enough (?:heap )?memory|falls outside of valid range|cannot allocate memory/i,
    explain: (_, target) =>
      target === "unix" || target === "macosx"
        ? {
            text: t("It ran out of memory."),
            next: t("Look for what it keeps or asks for at once: this computer gave it no more."),
          }
        : moreMemory,
  },
  {
    pattern: /exception (?:Stdlib\.)?Stack[ _]overflow/,
    explain: () => ({
      text: t("It ran out of stack."),
      next: t(
        "A recursion goes too deep: let it end earlier, or make its call the last thing the function does.",
      ),
    }),
  },
  {
    pattern: /Device '([^']+)' of type (\w+) (?:declared but )?not attached/,
    explain: ([, device, type]) => ({
      text: t("Its device {0} is attached to nothing.", device),
      next:
        type === "NET_BASIC"
          ? t(
              'Name a tap in "net" of launch.json, { "{0}": "tap100" }, or in the setting mirageos.devices.',
              device,
            )
          : t(
              'Name a file in "block" of launch.json, { "{0}": "disk.img" }, or in the setting mirageos.devices.',
              device,
            ),
      actions: attach,
    }),
  },
  {
    pattern: /Resource not declared in manifest: '([^']+)'/,
    explain: ([, device]) => ({
      text: t("The image has no device {0}.", device),
      next: t("Use the names its manifest declares; mirage/manifest.json lists them."),
      actions: attach,
    }),
  },
  {
    pattern: /Could not attach interface: (\S+): (.+)/,
    explain: ([, tap = "", why = ""]) => {
      const text = t("The network interface {0} cannot be used: {1}.", tap, why);
      if (/busy/.test(why))
        return { text, next: t("Stop what uses it, or make another tap."), actions: attach };
      return /No such/.test(why)
        ? withCommand(
            text,
            t("Make it"),
            `sudo ip tuntap add ${tap} mode tap user $USER && sudo ip link set ${tap} up`,
          )
        : withCommand(text, t("Make the tap yours"), `sudo ip tuntap add ${tap} mode tap user $USER`);
    },
  },
  {
    pattern: /could not configure \/dev\/net\/tun \((\S+)\): (.+)/,
    explain: ([, tap = "", why = ""]) => {
      const text = t("The network interface {0} cannot be used: {1}.", tap, why);
      return /busy/.test(why)
        ? { text, next: t("Stop what uses it, or make another tap."), actions: attach }
        : withCommand(text, t("Make the tap yours"), `sudo ip tuntap add ${tap} mode tap user $USER`);
    },
  },
  {
    pattern: /TUNSETIFF\]: Operation not permitted/,
    logged: true,
    explain: () =>
      withCommand(
        t("It may not make its network interface."),
        t("Make the tap first and give it to your user"),
        "sudo ip tuntap add tap0 mode tap user $USER",
      ),
  },
  {
    pattern: /Failed to get "?(?:shared |consistent )?"?\w+"? lock/,
    explain: () => ({
      text: t("A block file is in use by another program."),
      next: t("Stop the unikernel that has it, or attach another file."),
      actions: attach,
    }),
  },
  {
    pattern: /Disk vdev=\S+ failed to stat: (.+?): ([^:]+)$/,
    explain: ([, file, why]) => ({
      text: t("The block file {0} cannot be opened: {1}.", file, why),
      next: t("Make it, or correct its path in config.ml."),
    }),
  },
  {
    pattern: /Could not open (?:block device: )?'?(.+?)'?: ([^:]+)$/,
    explain: ([, file, why]) => ({
      text: t("The block file {0} cannot be opened: {1}.", file, why),
      next: t('Check "block" in launch.json, or the setting mirageos.devices.'),
      actions: attach,
    }),
  },
  {
    pattern: /(?:Could not (?:open: \/dev\/kvm|access KVM kernel module)|failed to initialize kvm): (.+)/,
    explain: ([, why]) => ({
      text: t("/dev/kvm cannot be opened: {0}.", why),
      next: /Permission/.test(why ?? "")
        ? t("Add yourself to the group kvm and log in again, or use the target spt.")
        : t("Load the kvm module or switch on virtualization, or use the target spt."),
      actions: [{ kind: "setup" }, { kind: "target" }],
    }),
  },
  {
    // Memory that is not the guest's, or not for what it does with it, is for KVM a device (exit reason 6).
    pattern:
      /KVM: (?:unhandled exit: exit_reason=0x6, |host\/guest translation fault)|Invalid guest mmio access/,
    explain: () => ({ text: t("It used memory that it may not use that way."), next: badMemory }),
  },
  {
    pattern: /Invalid guest (?:hypercall|port access)/,
    explain: () => ({
      text: t("It asked for what its tender does not know."),
      next: t("Build and boot it with Solo5 from the same opam switch."),
      actions: build,
    }),
  },
  {
    pattern: /(?:[Kk]vm|KVM).*(?:Permission denied|Error\(13\))/,
    explain: () => ({
      text: t("/dev/kvm may not be used by this user."),
      next: t("Add yourself to the group kvm and log in again."),
      actions: [{ kind: "setup" }],
    }),
  },
  {
    pattern: /KVM: (?:internal error|ioctl|unhandled exit|entry failure)|error: failed to set MSR/,
    explain: (_, target) => ({
      text: t("KVM of this host cannot run it (as inside some virtual machines)."),
      ...(target === "virtio" || target === "unikraft-qemu"
        ? {
            next: t('Let QEMU emulate: "tenderArgs": ["-accel", "tcg"] in launch.json.'),
            actions: [{ kind: "launch" }],
          }
        : {
            next: t("Use the target spt, which needs no KVM."),
            actions: [{ kind: "target" }],
          }),
    }),
  },
  {
    pattern: /requests unsupported ABI version (\d+)/,
    explain: ([, version]) => ({
      text: t("The image has version {0} of the interface, which the tender does not know.", version),
      next: t("Build and boot it with Solo5 from the same opam switch."),
      actions: build,
    }),
  },
  {
    pattern: /Executable is not for the (\S+) target/,
    explain: ([, tender]) => ({
      text: t("The image is not one for {0}.", tender),
      next: t("Build it for the target that is to boot it."),
      actions: [...build, { kind: "target" }],
    }),
  },
  {
    pattern:
      /invalid or unsupported executable|invalid executable|could not (?:read file|load kernel)|not a 64-bit ELF|Could not load|No Solo5 (?:ABI information|manifest) found|Solo5 manifest is invalid|without PVH ELF Note/i,
    explain: () => ({
      text: t("The image is no executable of Solo5, or was cut."),
      next: t("Build it again."),
      actions: build,
    }),
  },
  {
    pattern: /privileged command interface.*No such|cannot open libxc handle: No such|xen\w+: .*No such file/,
    explain: () => ({
      text: t("Xen does not answer: this computer does not run under it."),
      next: t("Boot a host with Xen, or use another target."),
      actions: [{ kind: "target" }],
    }),
  },
  {
    pattern: /privileged command interface.*(?:13|[Pp]ermission)|libxc handle: Permission denied/,
    explain: () => ({
      text: t("This user may not talk to Xen."),
      next: t("xl needs root in domain 0: permit it to this user, or boot the image by hand with sudo."),
      actions: [{ kind: "setup" }],
    }),
  },
  {
    pattern: /unable to get domain type for domid|Unable to attach console/,
    explain: () => ({
      text: t("The domain ended before its console could be read."),
      next: t('See "xl dmesg", or add on_crash = "preserve" to the .xl file and read its console then.'),
    }),
  },
  {
    pattern: /Unix_error\((?:Unix\.)?(?:EACCES|EPERM|1|13), "bind"/,
    logged: true,
    explain: () => ({
      text: t("It may not listen on its port: those below 1024 are for root."),
      next: t('Give it another port, in "args" of launch.json or in config.ml.'),
      actions: [{ kind: "launch" }],
    }),
  },
  {
    pattern: /Unix_error\((?:Unix\.)?(?:EADDRINUSE|98|48), "bind"/,
    logged: true,
    explain: () => ({
      text: t("Its port is taken by another program."),
      next: t("Stop that program, perhaps an earlier run, or give it another port."),
      actions: [{ kind: "launch" }],
    }),
  },
  {
    pattern: /ABORT: Stack corruption detected/,
    explain: () => ({
      text: t("It was aborted: its stack was overwritten."),
      next: t("A C stub writes past the end of a local array."),
    }),
  },
];

/** What a record says of a failure, where a rule knows it. */
export function ruleFor(
  { kind, message }: Pick<LogRecord, "kind" | "message">,
  target: string,
): Said | undefined {
  for (const { pattern, logged = false, explain } of rules) {
    const match = kind !== "log" || logged ? pattern.exec(message.slice(0, 4096)) : undefined;
    if (match) return explain(match, target);
  }
  return undefined;
}
