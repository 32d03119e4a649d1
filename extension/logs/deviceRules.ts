import { attach, build, launch, withCommand, type Rule, type Said } from "./crashRule.ts";
import { t } from "../platform/l10n.ts";

const makeTap = (text: string, tap: string): Said =>
  withCommand(
    text,
    t("Make it"),
    `sudo ip tuntap add ${tap} mode tap user $USER && sudo ip link set ${tap} up`,
  );
const ownTap = (text: string, tap: string): Said =>
  withCommand(text, t("Make the tap yours"), `sudo ip tuntap add ${tap} mode tap user $USER`);

/** What is said of network interfaces and block files. */
export const deviceRules: readonly Rule[] = [
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
      if (/No such/.test(why)) return makeTap(text, tap);
      if (/ermi/.test(why)) return ownTap(text, tap);
      return {
        text,
        next: /Invalid argument/.test(why)
          ? t("It is no tap: name one in launch.json, or make one.")
          : t('Check "net" in launch.json, or the setting mirageos.devices.'),
        actions: attach,
      };
    },
  },
  {
    pattern:
      /(?:\bifname=(?<name>[\w.-]{1,15})[^:]*: )?could not configure \/dev\/net\/tun(?: \((?<tap>\S+)\))?: (?<why>.+)/,
    explain: ({ groups }) => {
      const { name, tap = name ?? "tap0", why = "" } = groups ?? {};
      const text = t("The network interface {0} cannot be used: {1}.", tap, why);
      return /busy/.test(why)
        ? { text, next: t("Stop what uses it, or make another tap."), actions: attach }
        : ownTap(text, tap);
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
    // mirage-block-unix, of a file that it looks for in the folder where the unikernel runs.
    pattern: /\bconnect ([\w./-]{1,200}): failed to open file/,
    explain: ([, file = ""]) =>
      withCommand(
        t("The block file {0} cannot be opened.", file),
        t("Make it where the unikernel runs, or permit it to this user"),
        `truncate -s 16M ${file}`,
      ),
  },
  {
    pattern: /mirage-block-unix:of_config: file not sector-aligned/,
    explain: () => ({
      text: t("The block file has a size that is no multiple of its sectors'."),
      next: t('Round it up with "truncate -s %{0} FILE".', 512),
    }),
  },
  {
    pattern: /network script (\S+) failed/,
    explain: ([, script]) => ({
      text: t("QEMU's script {0} failed, which is to connect the network.", script),
      next: t('Make the tap first, and give "script=no,downscript=no" with it.'),
      actions: launch,
    }),
  },
  {
    pattern: /no such network interface: (\S+)/,
    explain: ([, tap = ""]) =>
      makeTap(t("The network interface {0} cannot be used: {1}.", tap, t("there is none of this name")), tap),
  },
  {
    pattern: /[Tt]ap device.* provided by ([\w-]+)/,
    explain: ([, tap = ""]) =>
      makeTap(t("The network interface {0} cannot be used: {1}.", tap, t("it is no tap of this user")), tap),
  },
  {
    pattern: /tun\[\w+\]: (?:Device or resource )?busy/i,
    logged: true,
    explain: () => ({
      text: t("Its network interface is in use by another program."),
      next: t("Stop what uses it, or make another tap."),
      actions: attach,
    }),
  },
  {
    pattern: /tun\[open\]: (.+?)"?\)?$/,
    logged: true,
    explain: ([, why = ""]) => {
      const text = t("/dev/net/tun cannot be opened: {0}.", why);
      return /No such/.test(why)
        ? withCommand(text, t("Load its module"), "sudo modprobe tun")
        : { text, next: t("Boot it as root, or make a tap first and give it to your user.") };
    },
  },
  {
    pattern: /(?:Netif: connect|Block: connect)\(([^)]+)\): /,
    explain: ([, device]) => ({
      text: t("The image has no device {0}.", device),
      next: t("Use the names its manifest declares; mirage/manifest.json lists them."),
      actions: attach,
    }),
  },
  {
    pattern: /Could not find bridge device (\S+)/,
    explain: ([, bridge = ""]) =>
      withCommand(
        t("Xen finds no bridge {0} for its network.", bridge),
        t("Make it"),
        `sudo ip link add ${bridge} type bridge`,
      ),
  },
  {
    pattern: /: (\S+): Backing storage size must be block aligned \((\d+) bytes\)/,
    explain: ([, device, size]) => ({
      text: t("The block file of {0} has a size that is no multiple of {1} bytes.", device, size),
      next: t('Round it up with "truncate -s %{0} FILE", or attach another one.', size),
      actions: attach,
    }),
  },
  {
    pattern: /Block size must be a multiple of 2/,
    explain: () => ({
      text: t("The sector size of a block device is none that the tender knows."),
      next: t("Give it a power of two, 512 or more."),
      actions: launch,
    }),
  },
  {
    pattern: /error: not found: (.+?)\}?$/,
    explain: ([, file = ""]) => ({
      text: t("The file {0} is not there.", file),
      ...(file.endsWith(".virtio")
        ? { next: t("Build it again."), actions: build }
        : { next: t('Check "block" in launch.json, or the setting mirageos.devices.'), actions: attach }),
    }),
  },
];
