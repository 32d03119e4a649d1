import { t } from "../protocol/l10n.ts";

/** What a unit needs to know about a boot. */
export interface ServiceBoot {
  /** The unikernel's name. */
  readonly name: string;
  readonly target: string;
  /** The command that boots it, the program first. */
  readonly command: readonly string[];
  /** The absolute path of the folder where it is started. */
  readonly cwd: string;
  /** The command that ends it, for a hypervisor whose guest outlives the command. */
  readonly stopCommand?: readonly string[] | undefined;
  /** The host's tap interfaces that it is attached to. */
  readonly taps: readonly string[];
  /** Whether the program opens /dev/kvm. */
  readonly usesKvm: boolean;
  /** The user who runs it; `undefined` for root. */
  readonly user: string | undefined;
}

/** The name of the unit's file. systemd allows letters, digits and `:-_.\` in it (systemd.unit(5)). */
export function unitFileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9:_.-]/g, "-").replace(/^[.-]+|-+$/g, "");
  return `${safe === "" ? "unikernel" : safe.slice(0, 200)}.service`;
}

/**
 * The text of a systemd service that boots a unikernel (systemd.service(5)). Throws a RangeError if a path contains a
 * line break, which a unit has no way to express.
 */
export function systemdUnit(boot: ServiceBoot): string {
  const file = unitFileName(boot.name);
  const { taps, user } = boot;
  const service = [
    "Type=exec",
    ...(user === undefined ? [] : [`User=${specifierFree(user)}`]),
    `WorkingDirectory=${pathValue(boot.cwd)}`,
    ...taps.flatMap((tap) => tapLines(tap, user)),
    `ExecStart=${commandLine(boot.command)}`,
    ...(boot.stopCommand ? [`ExecStop=${commandLine(boot.stopCommand)}`] : []),
    "# Restarts after a failure, except when the unikernel refuses its arguments (64).",
    "Restart=on-failure",
    "RestartSec=1",
    "RestartPreventExitStatus=64",
    "NoNewPrivileges=yes",
    ...(boot.usesKvm ? ["DeviceAllow=/dev/kvm rw"] : []),
    ...(taps.length > 0 ? ["DeviceAllow=/dev/net/tun rw"] : []),
  ];
  return [
    `# Boots the unikernel ${oneLine(boot.name)} (target ${boot.target}).`,
    "#",
    `#   sudo cp ${file} /etc/systemd/system/`,
    "#   sudo systemctl daemon-reload",
    `#   sudo systemctl enable --now ${file}`,
    `#   journalctl -f -u ${file}`,
    ...(taps.length > 0
      ? [
          "#",
          `# It creates ${taps.map(oneLine).join(", ")}. Give the interface an address or add it to a bridge.`,
        ]
      : []),
    "",
    "[Unit]",
    `Description=Unikernel ${specifierFree(oneLine(boot.name))} (MirageOS, ${boot.target})`,
    "Wants=network.target",
    "After=network.target",
    "",
    "[Service]",
    ...service,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

/** `-`: the interface may exist already. `+`: only root may create one. systemd finds `ip` in its own search path. */
function tapLines(tap: string, user: string | undefined): readonly string[] {
  const owner = user === undefined ? [] : ["user", user];
  return [
    `ExecStartPre=-+${commandLine(["ip", "tuntap", "add", "dev", tap, "mode", "tap", ...owner])}`,
    `ExecStartPre=+${commandLine(["ip", "link", "set", "dev", tap, "up"])}`,
  ];
}

/**
 * A command line that systemd splits into exactly these words (systemd.service(5), "Command lines", and
 * systemd.syntax(7), "Quoting"). It expands `%` everywhere, and `$` in all words but the program's.
 */
export function commandLine(words: readonly string[]): string {
  return words.map((word, index) => quote(index === 0 ? word : word.replaceAll("$", "$$$$"))).join(" ");
}

function quote(word: string): string {
  const text = word.replaceAll("%", "%%");
  if (/^[\w@%+=:,./$*-]+$/.test(text)) return text;
  const escaped = text
    .replace(/[\\"]/g, String.raw`\$&`)
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0001-\u001f\u007f]/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

/** A path as the whole value of a setting: systemd does not remove quotes there. */
function pathValue(path: string): string {
  if (/[\n\r]/.test(path))
    throw new RangeError(
      t("{0} contains a line break, which a unit can't express. Move the project.", JSON.stringify(path)),
    );
  return specifierFree(path);
}

const specifierFree = (text: string): string => text.replaceAll("%", "%%");

// eslint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, " ");
