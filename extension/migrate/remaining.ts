import { compareVersions } from "../mirage/version.ts";
import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { readBrackets, type Span } from "../ocaml/brackets.ts";
import { t } from "../protocol/l10n.ts";

/** A use of something that mirage removed, which only the author of the code can replace. */
export interface RemainingUse {
  readonly span: Span;
  readonly message: string;
}

interface Removed {
  readonly since: string;
  /** Words and dots as they stand in the code, `*` for any word. */
  readonly path: string;
  /** A word that tells that the file already has what the message asks for. */
  readonly unless?: string;
  readonly message: () => string;
}

const keysMessage = (): string =>
  t(
    "mirage 4.5 removed Key_gen. Define a boot argument in this file with Mirage_runtime.register_arg, and remove the key from config.ml.",
  );
const clockMessage = (): string =>
  t(
    "mirage 4.9 removed time, clocks and random as functor arguments. Use Mirage_sleep, Mirage_ptime, Mirage_mtime and Mirage_crypto_rng.",
  );
const addressMessage = (): string =>
  t(
    "mirage 4.10 removed this. Use generic_stackv4v6 with ~ipv4_network and ~ipv4_gateway, and configure with --no-dhcp. Or boot with --ipv4=ADDRESS/PREFIX and --ipv4-gateway=ADDRESS.",
  );

const inSources: readonly Removed[] = [
  { since: "4.5.0", path: "Key_gen.*", message: keysMessage },
  { since: "4.9.0", path: "Mirage_time.S", message: clockMessage },
  { since: "4.9.0", path: "Mirage_clock.*", message: clockMessage },
  { since: "4.9.0", path: "Mirage_random.*", message: clockMessage },
  {
    since: "4.4.0",
    path: "Mirage_console.*",
    message: () => t("mirage 4.4 removed the console. Write messages with Logs."),
  },
  {
    since: "4.0.0",
    path: "Mirage_types_lwt.*",
    message: () =>
      t("The module types of Mirage_types are now in the packages of the devices, such as Mirage_kv.RO."),
  },
  {
    since: "4.9.0",
    path: "Mirage_logs.Make",
    message: () => t("mirage sets up the reporter of Logs itself. Remove Mirage_logs.Make and its use."),
  },
];

const inConfig: readonly Removed[] = [
  {
    since: "4.5.0",
    path: "Key_gen.*",
    message: keysMessage,
  },
  {
    since: "4.0.0",
    path: "base_configurable",
    message: () =>
      t('mirage 4 has no classes for devices. Define the device with impl ~packages ~connect "Module" type.'),
  },
  {
    since: "4.4.0",
    path: "mprof_trace",
    message: () => t("mirage 4.4 removed tracing. Remove this value."),
  },
  {
    since: "4.4.0",
    path: "default_console",
    message: () => t("mirage 4.4 removed the console. Remove this argument and its functor parameter."),
  },
  {
    since: "4.5.0",
    path: "app_info",
    message: () =>
      t("mirage 4.5 removed app_info. Read the libraries from Build_info (package dune-build-info)."),
  },
  {
    since: "4.5.0",
    path: "serialize_call",
    message: () =>
      t(
        "mirage 4.5 removed Key.serialize_call. Pass a boot argument in ~runtime_args; ~connect receives its value.",
      ),
  },
  {
    since: "4.3.0",
    path: "kv_ro_of_fs",
    message: () => t("mirage 4.3 removed file systems. Use fat_ro, tar_kv_ro or docteur."),
  },
  {
    since: "4.3.0",
    path: "fat_of_files",
    message: () => t("mirage 4.3 removed file systems. Use fat_ro, tar_kv_ro or docteur."),
  },
  {
    since: "4.10.5",
    path: "ipv4_of_dhcp",
    unless: "dhcp_proj_net",
    message: () =>
      t(
        "Since mirage 4.10.5, the DHCP client listens on the network device. Code that listens on it too must get dhcp_proj_net $ this client, and not the network device.",
      ),
  },
  ...[
    "ipv4_config",
    "ipv6_config",
    "static_ipv4_stack",
    "static_ipv4v6_stack",
    "Ipaddr.V4.Prefix.of_address_string_exn",
  ].map((path) => ({ since: "4.10.0", path, message: addressMessage })),
  ...["default_time", "default_posix_clock", "default_monotonic_clock"].map((path) => ({
    since: "4.9.0",
    path,
    message: clockMessage,
  })),
];

/**
 * The uses of what an older mirage had that no rule replaces, in the order of the text. `isConfig` tells
 * config.ml from the modules of the code.
 */
export function remainingUses(text: string, isConfig: boolean, version: string): RemainingUse[] {
  const { tokens, is } = readBrackets(text);
  const labels = isConfig && compareVersions(version, "4.5.0") >= 0 ? keyLabels(text) : [];
  const removed = (isConfig ? inConfig : inSources).filter(
    ({ since, unless }) =>
      compareVersions(version, since) >= 0 && !tokens.some((token) => token.text === unless),
  );
  const uses = tokens.flatMap((token, at): RemainingUse[] => {
    if (token.kind !== "name" || (!isConfig && is(at - 1, "."))) return [];
    for (const { path, message } of removed) {
      const words = path.split(".");
      const fits = words.every((word, i) => {
        const found = tokens[at + 2 * i];
        const isWord = found?.kind === "name" && (word === "*" || found.text === word);
        return isWord && (i === 0 || is(at + 2 * i - 1, "."));
      });
      const last = tokens[at + 2 * (words.length - 1)];
      if (fits && last) return [{ span: { start: token.start, end: last.end }, message: message() }];
    }
    return [];
  });
  return [...uses, ...labels].toSorted((one, other) => one.span.start - other.span.start);
}

/** The labels `~keys` of `main` and `~packages` of `register` that are left. */
function keyLabels(text: string): RemainingUse[] {
  const { mains, registers } = readConfigSource(text);
  const packages = registers.flatMap(({ labels, isMirage }) => {
    const label = labels.get("packages");
    if (!label || !isMirage) return [];
    return [{ span: label.span, message: t("mirage 4.5 removed ~packages of register. Pass it to main.") }];
  });
  const keyUses = mains.flatMap(({ labels, isMirage }) => {
    const keys = labels.get("keys");
    if (!keys || !isMirage) return [];
    const message = t(
      "mirage 4.5 removed ~keys. Define these arguments in the code with Mirage_runtime.register_arg, and remove ~keys.",
    );
    return [{ span: keys.span, message }];
  });
  return [...packages, ...keyUses];
}
