import { isIP } from "node:net";
import { t } from "../protocol/l10n.ts";

/** Where a receiver listens. */
export interface ListenAddress {
  /** An address of one interface of this computer. */
  readonly address: string;
  readonly port: number;
}

export interface SyslogAddress extends ListenAddress {
  readonly protocol: "udp" | "tcp";
}

/** Ports below 1024, such as 514 for syslog, need root on most systems. */
export const defaultSyslogPort = 5514;
/** The port is fixed in mirage-monitoring. */
export const metricsPort = 8094;
const loopback = "127.0.0.1";

/**
 * Parses `{ address?, port?, protocol? }`, the property `syslog` of a launch configuration. Returns a sentence that names the
 * property if it is invalid.
 */
export function parseSyslogAddress(value: unknown): SyslogAddress | string {
  const parsed = parseListenAddress("syslog", value, defaultSyslogPort);
  if (typeof parsed === "string") return parsed;
  const protocol = fieldsOf(value)["protocol"] ?? "udp";
  if (protocol !== "udp" && protocol !== "tcp")
    return t('"{0}" must be {1}.', "syslog.protocol", '"udp" | "tcp"');
  return { ...parsed, protocol };
}

/** Parses `{ address?, port? }`, the property `metrics`, like `parseSyslogAddress`. */
export function parseMetricsAddress(value: unknown): ListenAddress | string {
  return parseListenAddress("metrics", value, metricsPort);
}

function parseListenAddress(property: string, value: unknown, defaultPort: number): ListenAddress | string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return t('"{0}" must be an object such as {1}.', property, '{ "address": "10.0.0.1" }');
  const { address = loopback, port = defaultPort } = fieldsOf(value);
  const problem = addressProblem(address);
  if (problem !== undefined) return t('"{0}" {1}', `${property}.address`, problem);
  const number = typeof port === "string" && /^\d{1,5}$/.test(port) ? Number(port) : port;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || number > 65535)
    return t('"{0}" must be a number from 1 to 65535.', `${property}.port`);
  return { address: String(address), port: number };
}

/** Why a receiver may not listen on an address, as the end of a sentence; `undefined` if it may. */
export function addressProblem(address: unknown): string | undefined {
  if (typeof address !== "string" || isIP(address) === 0)
    return t("must be an IP address of this computer, such as 127.0.0.1 or that of a tap interface.");
  if (/^[0.]+$|^[0:]+$|^::ffff:[0.]+$/i.test(address))
    return t("must be the address of one interface: nothing listens on all interfaces.");
  return undefined;
}

/** Why a receiver could not be opened, as sentences. */
export function listenProblem(error: unknown, { address, port }: ListenAddress): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const where = `${address}:${port}`;
  switch (code) {
    case "EADDRINUSE":
      return t("Can't listen on {0}, because another program uses this port. Choose another port.", where);
    case "EACCES":
      return t("Can't listen on {0}: ports below 1024 need root. Choose another port, such as 5514.", where);
    case "EADDRNOTAVAIL":
      return t(
        "Can't listen on {0}, because no interface of this computer has this address. Create the tap interface first.",
        where,
      );
    default:
      return t("Can't listen on {0}: {1}", where, message);
  }
}

function fieldsOf(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
