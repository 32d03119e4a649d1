import { badMemory, build, launch, withCommand, type Rule } from "./crashRule.ts";
import { t } from "../platform/l10n.ts";

/** What is said of the host, its hypervisor and the image as such. */
export const hostRules: readonly Rule[] = [
  {
    pattern: /could not load PC BIOS '([^']+)'|failed to find romfile "([^"]+)"/,
    explain: ([, bios, rom]) => ({
      text: t("QEMU lacks its firmware {0}.", bios ?? rom),
      next: t("Install QEMU's firmware: packages such as qemu-system-data, seabios, ipxe-qemu."),
    }),
  },
  {
    pattern:
      /(?:Could not (?:open: \/dev\/kvm|access KVM kernel module)|failed to initialize kvm|Error creating KVM object): (.+?)(?: \(os error \d+\))?$/,
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
    pattern:
      /KVM: (?:internal error|ioctl|unhandled exit|entry fail|host TSC|host does not|API version)|KVM internal error|kvm run failed|requires KVM|invalid accelerator kvm|error: failed to set MSR/,
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
    pattern: /(solo5-\w+): (?:seccomp|prctl\(PR_SET_NO_NEW_PRIVS)\S* failed: (.+)/,
    explain: ([, tender, why]) => ({
      text: t("The host does not let {0} confine the unikernel: {1}.", tender, why),
      next: t("Boot it outside of the container or sandbox that forbids seccomp."),
      actions: [{ kind: "target" }],
    }),
  },
  {
    pattern: /after intercepting a bad syscall \((\d+)\)/,
    explain: ([, call]) => ({
      text: t("Firecracker made a system call ({0}) that its own filter forbids.", call),
      next: t(
        'Use a released binary of Firecracker for this host; "--no-seccomp" in "tenderArgs" tells whether it is that.',
      ),
      actions: launch,
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
      /invalid or unsupported executable|invalid executable|bytes read mismatches|no loader found: Invalid kernel|could not (?:read file|load kernel)|not a 64-bit ELF|Could not load|No Solo5 (?:ABI information|manifest) found|Solo5 manifest is invalid|without PVH ELF Note/i,
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
    pattern: /^(?:\S+\/)?solo5-\w+: (.+): Could not open: (.+)$/,
    explain: ([, image, why]) => ({
      text: t("The image {0} cannot be opened: {1}.", image, why),
      next: t("Build it again."),
      actions: build,
    }),
  },
  {
    pattern: /Cannot open kernel image|kernel file cannot be opened/,
    explain: () => ({ text: t("The image cannot be opened."), next: t("Build it again."), actions: build }),
  },
  {
    pattern: /requests WRITE and EXEC permissions/,
    explain: () => ({
      text: t("The image has memory that is writable and executable, which the tender refuses."),
      next: t("Look at C stubs and how they are linked: none may need an executable stack."),
    }),
  },
  {
    pattern: /: Invalid option: `([^']+)'/,
    explain: ([, option]) => ({
      text: t("The tender does not accept the option {0}.", option),
      next: t('Correct "tenderArgs", "net" or "block" in launch.json.'),
      actions: launch,
    }),
  },
  {
    pattern: /: Malformed argument to (\S+)/,
    explain: ([, option]) => ({
      text: t("The tender does not accept the value of {0}.", option),
      next: t('Correct "memory" or "tenderArgs" in launch.json.'),
      actions: launch,
    }),
  },
  {
    pattern: /Guest command line too long/,
    explain: () => ({
      text: t("Its boot arguments are too long for the tender."),
      next: t('Shorten "args" in launch.json.'),
      actions: launch,
    }),
  },
  {
    pattern: /Domain with name "?([\w.-]+)"? already exists/,
    explain: ([, domain = ""]) =>
      withCommand(t("A domain named {0} already runs.", domain), t("End it"), `sudo xl destroy ${domain}`),
  },
  {
    pattern: /Failed to (?:read|parse) config(?: file)?: (\S+?):/,
    explain: ([, file]) => ({
      text: t("The file {0} cannot be read.", file),
      next: t("Build it again."),
      actions: build,
    }),
  },
  {
    pattern: /: error while loading shared libraries: ([^:\s]+):/,
    explain: ([, library]) => ({
      text: t("The library {0}, which it needs, is not on this computer.", library),
      next: t("Install it with the system's packages, or build the unikernel again here."),
      actions: build,
    }),
  },
  {
    pattern: /: version `([^']+)' not found/,
    explain: ([, version]) => ({
      text: t("It was built with a newer library than this computer has ({0}).", version),
      next: t("Build it again."),
      actions: build,
    }),
  },
];
