import type { SyslogMessage } from "./syslogMessage.ts";

/** By number (RFC 5424, table 1), with the names of `logger(1)`. */
const facilityNames = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
  "ntp",
  "audit",
  "alert",
  "clock",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
];
/** Unikernels log as daemons, and senders without a choice as users. */
const plainFacilities: readonly number[] = [1, 3];
const maxTagText = 400;

/**
 * The lines of a message as mirage-logs prints them on a console, so that the log panel, call sites and log files
 * treat it like every other record. `host` is the sender whose name is not worth showing. Further lines are indented to the
 * column of the message. Control characters become visible.
 */
export function consoleLines(message: SyslogMessage, receivedAt: number, host: string): string {
  const { level, loggedAt, facility } = message;
  const tags = [
    ...(message.host === host || message.host === "" ? [] : [["host", message.host]]),
    ...(plainFacilities.includes(facility)
      ? []
      : [["facility", facilityNames[facility] ?? String(facility)]]),
    ...message.tags,
  ];
  const tagText = tags
    .map(([name, value]) => `${name}=${visible(value ?? "").replace(/\s+/g, "_")} `)
    .join("");
  const source = message.source || message.host || "syslog";
  const stamp = new Date(loggedAt ?? receivedAt).toISOString();
  const head = `${stamp}: ${tagText.slice(0, maxTagText)}[${level.toUpperCase()}] [${visible(source).replace(/[\]\n]/g, "_")}] `;
  const lines = visible(message.text.replaceAll("\r\n", "\n").replace(/\n+$/, "")).split("\n");
  return `${head}${lines.join(`\n${" ".repeat(head.length)}`)}\n`;
}

/** Replaces control characters by their pictures, except for tabs, line ends and the escapes of terminals. */
function visible(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g,
    (each) => (each === "\u007f" ? "␡" : String.fromCharCode(0x2400 + each.charCodeAt(0))),
  );
}
