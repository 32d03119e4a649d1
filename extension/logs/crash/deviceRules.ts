import {
  deviceActions,
  buildActions,
  launchActions,
  explainWithCommand,
  type CrashRule,
  type FailureExplanation,
} from "./crashExplanation.ts";
import { shellCommand, shellQuote } from "../../platform/shellQuote.ts";
import { t } from "../../protocol/l10n.ts";

/** The command line makes the interface alone; the button also gives it DHCP and access to other networks. */
const orSetUpNetwork = (explanation: FailureExplanation, tap: string): FailureExplanation => ({
  ...explanation,
  actions: [{ kind: "network", tap }, ...(explanation.actions ?? [])],
});
const explainMissingTap = (text: string, tap: string): FailureExplanation =>
  orSetUpNetwork(
    explainWithCommand(
      text,
      t("Create it"),
      `sudo ip tuntap add ${shellQuote(tap)} mode tap user $USER && sudo ip link set ${shellQuote(tap)} up`,
    ),
    tap,
  );
const explainForeignTap = (text: string, tap: string): FailureExplanation =>
  explainWithCommand(
    text,
    t("Give the tap to your user"),
    `sudo ip tuntap add ${shellQuote(tap)} mode tap user $USER`,
  );

/** Rules about network interfaces and block files. */
export const deviceRules: readonly CrashRule[] = [
  {
    pattern: /Device '([^']+)' of type (\w+) (?:declared but )?not attached/,
    explain: ([, device, type]) => ({
      text: t("Its device {0} is not attached.", device),
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
      actions: deviceActions,
    }),
  },
  {
    pattern: /Resource not declared in manifest: '([^']+)'/,
    explain: ([, device]) => ({
      text: t("The image has no device {0}.", device),
      next: t("Use the device names in mirage/manifest.json."),
      actions: deviceActions,
    }),
  },
  {
    pattern: /Could not attach interface: (\S+): (.+)/,
    explain: ([, tap = "", why = ""]) => {
      const text = t("The network interface {0} can't be used: {1}.", tap, why);
      if (/busy/.test(why))
        return {
          text,
          next: t("Stop the program that uses it, or create another tap."),
          actions: deviceActions,
        };
      if (/No such/.test(why)) return explainMissingTap(text, tap);
      if (/ermi/.test(why)) return explainForeignTap(text, tap);
      return {
        text,
        next: /Invalid argument/.test(why)
          ? t("It is not a tap: name one in launch.json, or create one.")
          : t('Check "net" in launch.json, or the setting mirageos.devices.'),
        actions: deviceActions,
      };
    },
  },
  {
    pattern:
      /(?:\bifname=(?<name>[\w.-]{1,15})[^:]*: )?could not configure \/dev\/net\/tun(?: \((?<tap>\S+)\))?: (?<why>.+)/,
    explain: ({ groups }) => {
      const { name, tap = name ?? "tap0", why = "" } = groups ?? {};
      const text = t("The network interface {0} can't be used: {1}.", tap, why);
      return /busy/.test(why)
        ? { text, next: t("Stop the program that uses it, or create another tap."), actions: deviceActions }
        : explainForeignTap(text, tap);
    },
  },
  {
    pattern: /TUNSETIFF\]: Operation not permitted/,
    logged: true,
    explain: () =>
      orSetUpNetwork(
        explainWithCommand(
          t("It has no permission to create its network interface."),
          t("Create the tap first and give it to your user"),
          "sudo ip tuntap add tap0 mode tap user $USER",
        ),
        "tap0",
      ),
  },
  {
    pattern: /Failed to get "?(?:shared |consistent )?"?\w+"? lock/,
    explain: () => ({
      text: t("Another program uses a block file."),
      next: t("Stop the unikernel that uses it, or attach another file."),
      actions: deviceActions,
    }),
  },
  {
    pattern: /Disk vdev=\S+ failed to stat: (.+?): ([^:]+)$/,
    explain: ([, file, why]) => ({
      text: t("The block file {0} can't be opened: {1}.", file, why),
      next: t("Create it, or correct its path in config.ml."),
    }),
  },
  {
    pattern: /Could not open (?:block device: )?'?(.+?)'?: ([^:]+)$/,
    explain: ([, file, why]) => ({
      text: t("The block file {0} can't be opened: {1}.", file, why),
      next: t('Check "block" in launch.json, or the setting mirageos.devices.'),
      actions: deviceActions,
    }),
  },
  {
    // From mirage-block-unix, about a file in the folder where the unikernel runs.
    pattern: /\bconnect ([\w./-]{1,200}): failed to open file/,
    explain: ([, file = ""]) =>
      explainWithCommand(
        t("The block file {0} can't be opened.", file),
        t("Create it in the folder where the unikernel runs, or give your user access to it"),
        shellCommand(["truncate", "-s", "16M", file]),
      ),
  },
  {
    pattern: /mirage-block-unix:of_config: file not sector-aligned/,
    explain: () => ({
      text: t("The size of the block file is not a multiple of its sector size."),
      next: t('Round it up with "truncate -s %{0} FILE".', 512),
    }),
  },
  {
    pattern: /network script (\S+) failed/,
    explain: ([, script]) => ({
      text: t("QEMU's network script {0} failed.", script),
      next: t('Create the tap first, and add "script=no,downscript=no" to its option.'),
      actions: launchActions,
    }),
  },
  {
    pattern: /no such network interface: (\S+)/,
    explain: ([, tap = ""]) =>
      explainMissingTap(t("The network interface {0} can't be used: {1}.", tap, t("no such interface")), tap),
  },
  {
    pattern: /[Tt]ap device.* provided by ([\w-]+)/,
    explain: ([, tap = ""]) =>
      explainMissingTap(
        t("The network interface {0} can't be used: {1}.", tap, t("your user has no such tap")),
        tap,
      ),
  },
  {
    pattern: /tun\[\w+\]: (?:Device or resource )?busy/i,
    logged: true,
    explain: () => ({
      text: t("Another program uses its network interface."),
      next: t("Stop the program that uses it, or create another tap."),
      actions: deviceActions,
    }),
  },
  {
    pattern: /tun\[open\]: (.+?)"?\)?$/,
    logged: true,
    explain: ([, why = ""]) => {
      const text = t("/dev/net/tun can't be opened: {0}.", why);
      return /No such/.test(why)
        ? explainWithCommand(text, t("Load its kernel module"), "sudo modprobe tun")
        : { text, next: t("Boot it as root, or create a tap first and give it to your user.") };
    },
  },
  {
    pattern: /(?:Netif: connect|Block: connect)\(([^)]+)\): /,
    explain: ([, device]) => ({
      text: t("The image has no device {0}.", device),
      next: t("Use the device names in mirage/manifest.json."),
      actions: deviceActions,
    }),
  },
  {
    pattern: /Could not find bridge device (\S+)/,
    explain: ([, bridge = ""]) =>
      explainWithCommand(
        t("Xen can't find the bridge {0} for its network.", bridge),
        t("Create it"),
        shellCommand(["sudo", "ip", "link", "add", bridge, "type", "bridge"]),
      ),
  },
  {
    pattern: /: (\S+): Backing storage size must be block aligned \((\d+) bytes\)/,
    explain: ([, device, size]) => ({
      text: t("The size of the block file of {0} is not a multiple of {1} bytes.", device, size),
      next: t('Round it up with "truncate -s %{0} FILE", or attach another file.', size),
      actions: deviceActions,
    }),
  },
  {
    pattern: /Block size must be a multiple of 2/,
    explain: () => ({
      text: t("The tender does not support the sector size of a block device."),
      next: t("Use a power of two, 512 or more."),
      actions: launchActions,
    }),
  },
  {
    pattern: /error: not found: (.+?)\}?$/,
    explain: ([, file = ""]) => ({
      text: t("The file {0} does not exist.", file),
      ...(file.endsWith(".virtio")
        ? { next: t("Build it again."), actions: buildActions }
        : {
            next: t('Check "block" in launch.json, or the setting mirageos.devices.'),
            actions: deviceActions,
          }),
    }),
  },
];
