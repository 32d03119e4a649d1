import { targets, type TargetId } from "./targets.ts";
import { t } from "../protocol/l10n.ts";

/** The effect of a value of an option of `mirage configure`. */
export interface OptionValue {
  /** The effect, as a sentence without a full stop. */
  readonly meaning: string;
  /** Whether `mirage configure` refuses the value for the target. */
  readonly isImpossible: boolean;
}

/** Options with a group begin with its name: `--data-kv_ro`, `--management-net`. */
const base = (flag: string): string => /^--(?:.+-)?(net|kv_ro)$/.exec(flag)?.[1] ?? "";

/**
 * Describes a value of an option that mirage's own devices declare (`lib/devices` of mirage 4.9 to 4.11): `--net` of
 * the network stack and `--kv_ro` of a read-only store. Returns undefined for other options and values.
 */
export function describeOptionValue(flag: string, value: string, target: TargetId): OptionValue | undefined {
  switch (base(flag)) {
    case "net":
      return netValue(value, target);
    case "kv_ro":
      return storeValue(value, target);
    default:
      return undefined;
  }
}

const possible = (meaning: string): OptionValue => ({ meaning, isImpossible: false });

function netValue(value: string, target: TargetId): OptionValue | undefined {
  const onHost = targets[target].family === "unix";
  switch (value) {
    case "host":
    case "socket":
      return onHost
        ? possible(
            value === "socket"
              ? t("the same as {0}", "host")
              : t("the sockets of this computer; needs no tap interface"),
          )
        : {
            meaning: t("not possible for {0}: only unix and macosx have sockets", target),
            isImpossible: true,
          };
    case "ocaml":
      return possible(t("the same as {0}", "direct"));
    case "direct":
      return possible(
        onHost
          ? t("MirageOS's own network stack on a tap interface, which needs permission to use it")
          : t("MirageOS's own network stack on the network device of {0}", target),
      );
    default:
      return undefined;
  }
}

function storeValue(value: string, target: TargetId): OptionValue | undefined {
  const { family } = targets[target];
  switch (value) {
    case "crunch":
      return possible(t("the files are compiled into the image"));
    case "direct":
      // What mirage does for unikraft is not recorded.
      if (family === "unikraft") return undefined;
      return possible(
        family === "unix"
          ? t("the files are read from the folder while the unikernel runs")
          : t("the files are compiled into the image, because {0} has no file system", target),
      );
    default:
      return undefined;
  }
}

/**
 * Returns the value of an option that has the effect of not giving it, if its manual does not name a default.
 * `given` are the flags of the other options that are given.
 */
export function defaultValue(flag: string, target: TargetId, given: readonly string[]): string | undefined {
  if (base(flag) !== "net") return undefined;
  // Without DHCP, the stack of unix would have no address, so mirage uses the sockets of the host.
  const usesSockets = targets[target].family === "unix" && given.includes(flag.replace(/net$/, "no-dhcp"));
  return usesSockets ? "host" : "direct";
}
