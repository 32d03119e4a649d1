import {
  memoryFaultHint,
  buildActions,
  launchActions,
  explainWithCommand,
  type CrashAction,
  type CrashRule,
} from "./crashExplanation.ts";
import { shellCommand } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";

/** Images for spt have the same devices as those for hvt. */
const withoutKvm = (target: string): CrashAction =>
  target === "hvt" ? { kind: "useTarget", target: "spt" } : { kind: "target" };

/** Rules about the host, its hypervisor and the image file. */
export const hostRules: readonly CrashRule[] = [
  {
    pattern: /could not load PC BIOS '([^']+)'|failed to find romfile "([^"]+)"/,
    explain: ([, bios, rom]) => ({
      text: t("QEMU can't find its firmware {0}.", bios ?? rom),
      next: t("Install QEMU's firmware from packages such as qemu-system-data, seabios and ipxe-qemu."),
    }),
  },
  {
    pattern:
      /(?:Could not (?:open: \/dev\/kvm|access KVM kernel module)|failed to initialize kvm|Error creating KVM object): (.+?)(?: \(os error \d+\))?$/,
    explain: ([, why], target) => ({
      text: t("/dev/kvm can't be opened: {0}.", why),
      next: /Permission/.test(why ?? "")
        ? t("Add your user to the group kvm and log in again, or use the target spt.")
        : t("Load the kvm module or enable virtualization, or use the target spt."),
      actions: [{ kind: "setup" }, withoutKvm(target)],
    }),
  },
  {
    // KVM treats memory that the guest does not have, or may not use that way, as a device (exit reason 6).
    pattern:
      /KVM: (?:unhandled exit: exit_reason=0x6, |host\/guest translation fault)|Invalid guest mmio access/,
    explain: () => ({
      text: t("It accessed memory that is protected or not its own."),
      next: memoryFaultHint,
    }),
  },
  {
    pattern: /Invalid guest (?:hypercall|port access)/,
    explain: () => ({
      text: t("It made a request that the tender does not know."),
      next: t("Build and boot it with Solo5 from the same opam switch."),
      actions: buildActions,
    }),
  },
  {
    pattern: /(?:[Kk]vm|KVM).*(?:Permission denied|Error\(13\))/,
    explain: () => ({
      text: t("You don't have permission to use /dev/kvm."),
      next: t("Add your user to the group kvm and log in again."),
      actions: [{ kind: "setup" }],
    }),
  },
  {
    pattern:
      /KVM: (?:internal error|ioctl|unhandled exit|entry fail|host TSC|host does not|API version)|KVM internal error|kvm run failed|requires KVM|invalid accelerator kvm|error: failed to set MSR/,
    explain: (_, target) => ({
      text: t("KVM on this host can't run it, as inside some virtual machines."),
      ...(target === "virtio" || target === "unikraft-qemu"
        ? {
            next: t('Let QEMU emulate the processor: add "tenderArgs": ["-accel", "tcg"] to launch.json.'),
            actions: [{ kind: "launch" }],
          }
        : {
            next: t("Use the target spt, which needs no KVM."),
            actions: [withoutKvm(target)],
          }),
    }),
  },
  {
    pattern: /(solo5-\w+): (?:seccomp|prctl\(PR_SET_NO_NEW_PRIVS)\S* failed: (.+)/,
    explain: ([, tender, why]) => ({
      text: t("The host does not let {0} sandbox the unikernel: {1}.", tender, why),
      next: t("Boot it outside the container or sandbox that forbids seccomp."),
      actions: [{ kind: "target" }],
    }),
  },
  {
    pattern: /after intercepting a bad syscall \((\d+)\)/,
    explain: ([, call]) => ({
      text: t("Firecracker made a system call ({0}) that its own filter forbids.", call),
      next: t(
        'Use a released Firecracker binary for this host. To check whether the filter is the reason, add "--no-seccomp" to "tenderArgs".',
      ),
      actions: launchActions,
    }),
  },
  {
    pattern: /requests unsupported ABI version (\d+)/,
    explain: ([, version]) => ({
      text: t("The image uses version {0} of the Solo5 ABI, which the tender does not support.", version),
      next: t("Build and boot it with Solo5 from the same opam switch."),
      actions: buildActions,
    }),
  },
  {
    pattern: /Executable is not for the (\S+) target/,
    explain: ([, tender]) => ({
      text: t("The image is not for {0}.", tender),
      next: t("Build it for the target that you boot it on."),
      actions: [...buildActions, { kind: "target" }],
    }),
  },
  {
    pattern:
      /invalid or unsupported executable|invalid executable|bytes read mismatches|no loader found: Invalid kernel|could not (?:read file|load kernel)|not a 64-bit ELF|Could not load|No Solo5 (?:ABI information|manifest) found|Solo5 manifest is invalid|without PVH ELF Note/i,
    explain: () => ({
      text: t("The image is not a Solo5 executable, or it is incomplete."),
      next: t("Build it again."),
      actions: buildActions,
    }),
  },
  {
    pattern: /privileged command interface.*No such|cannot open libxc handle: No such|xen\w+: .*No such file/,
    explain: () => ({
      text: t("Xen does not respond: this computer does not run under Xen."),
      next: t("Boot it on a Xen host, or use another target."),
      actions: [{ kind: "target" }],
    }),
  },
  {
    pattern: /privileged command interface.*(?:13|[Pp]ermission)|libxc handle: Permission denied/,
    explain: () => ({
      text: t("You don't have permission to use Xen."),
      next: t("xl needs root in domain 0: give your user access to it, or boot the image by hand with sudo."),
      actions: [{ kind: "setup" }],
    }),
  },
  {
    pattern: /unable to get domain type for domid|Unable to attach console/,
    explain: () => ({
      text: t("The domain ended before its console was attached."),
      next: t(
        'See "xl dmesg", or add on_crash = "preserve" to the .xl file and read the console afterwards.',
      ),
    }),
  },
  {
    pattern: /^(?:\S+\/)?solo5-\w+: (.+): Could not open: (.+)$/,
    explain: ([, image, why]) => ({
      text: t("The image {0} can't be opened: {1}.", image, why),
      next: t("Build it again."),
      actions: buildActions,
    }),
  },
  {
    pattern: /Cannot open kernel image|kernel file can't be opened/,
    explain: () => ({
      text: t("The image can't be opened."),
      next: t("Build it again."),
      actions: buildActions,
    }),
  },
  {
    pattern: /requests WRITE and EXEC permissions/,
    explain: () => ({
      text: t("The image has memory that is both writable and executable, which the tender refuses."),
      next: t("Check how C stubs are compiled and linked: none may require an executable stack."),
    }),
  },
  {
    pattern: /: Invalid option: `([^']+)'/,
    explain: ([, option]) => ({
      text: t("The tender does not accept the option {0}.", option),
      next: t('Correct "tenderArgs", "net" or "block" in launch.json.'),
      actions: launchActions,
    }),
  },
  {
    pattern: /: Malformed argument to (\S+)/,
    explain: ([, option]) => ({
      text: t("The tender does not accept the value of {0}.", option),
      next: t('Correct "memory" or "tenderArgs" in launch.json.'),
      actions: launchActions,
    }),
  },
  {
    pattern: /Guest command line too long/,
    explain: () => ({
      text: t("Its boot arguments are too long for the tender."),
      next: t('Shorten "args" in launch.json.'),
      actions: launchActions,
    }),
  },
  {
    pattern: /Domain with name "?([\w.-]+)"? already exists/,
    explain: ([, domain = ""]) =>
      explainWithCommand(
        t("A domain named {0} is already running.", domain),
        t("Destroy it"),
        shellCommand(["sudo", "xl", "destroy", domain]),
      ),
  },
  {
    pattern: /Failed to (?:read|parse) config(?: file)?: (\S+?):/,
    explain: ([, file]) => ({
      text: t("The file {0} can't be read.", file),
      next: t("Build it again."),
      actions: buildActions,
    }),
  },
  {
    pattern: /: error while loading shared libraries: ([^:\s]+):/,
    explain: ([, library]) => ({
      text: t("The shared library {0} is not installed on this computer.", library),
      next: t("Install the system package that contains it, or build the unikernel again on this computer."),
      actions: buildActions,
    }),
  },
  {
    pattern: /: version `([^']+)' not found/,
    explain: ([, version]) => ({
      text: t("It was built with a newer library than this computer has ({0}).", version),
      next: t("Build it again."),
      actions: buildActions,
    }),
  },
];
