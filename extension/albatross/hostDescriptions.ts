import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { defaultPort } from "./client/defaultPort.ts";
import { t } from "../protocol/l10n.ts";

/** A host with albatross-tls-endpoint. The files are absolute paths. */
export interface RemoteHost {
  readonly kind: "remote";
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Daemons on this computer. `folder` holds the folder `util` with their sockets. */
export interface LocalHost {
  readonly kind: "local";
  readonly name: string;
  readonly folder: string;
  /** It is not in the setting, but shown since its sockets exist. */
  readonly isAutomatic?: true;
}

export type HostDescription = RemoteHost | LocalHost;

/** A host of the setting that cannot be used. `reason` is a sentence. */
export interface InvalidHost {
  readonly kind: "invalid";
  readonly name: string;
  readonly reason: string;
}

/**
 * Reads the setting `mirageos.hosts`: an object of hosts by their names. A path that begins with `~/` is below the home
 * folder; other relative paths are below `base`, the first workspace folder.
 */
export function readHosts(
  setting: Readonly<Record<string, unknown>>,
  base: string | undefined,
): readonly (HostDescription | InvalidHost)[] {
  return Object.entries(setting).map(([name, value]) => readHost(name, value, base));
}

function readHost(name: string, value: unknown, base: string | undefined): HostDescription | InvalidHost {
  const invalid = (reason: string): InvalidHost => ({ kind: "invalid", name, reason });
  if (typeof value !== "object" || value === null) return invalid(t("It must be an object."));
  const fields: Partial<Record<string, unknown>> = { ...value };
  const path = (key: string): string | undefined => {
    const text = fields[key];
    if (typeof text !== "string" || text === "") return undefined;
    if (text === "~" || /^~[/\\]/.test(text)) return join(homedir(), text.slice(1));
    return isAbsolute(text) ? text : join(base ?? homedir(), text);
  };
  const folder = path("folder");
  if (folder !== undefined) return { kind: "local", name, folder };
  const { address, port = defaultPort } = fields;
  if (typeof address !== "string" || address.trim() === "") return invalid(t('"{0}" is missing.', "address"));
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535)
    return invalid(t('"{0}" must be a number from 1 to 65535.', "port"));
  const [ca, certificate, key] = [path("ca"), path("certificate"), path("key")];
  if (ca === undefined) return invalid(t('"{0}" is missing.', "ca"));
  if (certificate === undefined) return invalid(t('"{0}" is missing.', "certificate"));
  if (key === undefined) return invalid(t('"{0}" is missing.', "key"));
  return { kind: "remote", name, address: address.trim(), port, ca, certificate, key };
}

/** Where the daemons of this computer have their sockets. `root` replaces `/` in tests. */
export const localFolder = (platform: NodeJS.Platform, root: string): string =>
  join(root, platform === "linux" ? "run/albatross" : "var/run/albatross");

/** The socket by which the daemons are found. `folder` is that of a LocalHost. */
export const mainSocket = (folder: string): string => join(folder, "util", "vmmd.sock");

/** Identifies a description completely: a changed one is another host. */
export const hostKey = (host: HostDescription): string =>
  JSON.stringify(Object.entries(host).toSorted(([a], [b]) => (a < b ? -1 : 1)));
