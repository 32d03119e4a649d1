import type { Level } from "../../ocaml/logs/levels.ts";

/** A message of a syslog sender. */
export interface SyslogMessage {
  /** 0 to 23, such as 3 for daemons (RFC 5424, table 1). */
  readonly facility: number;
  readonly level: Exclude<Level, "app">;
  /** The time that it states, in milliseconds since the epoch. */
  readonly loggedAt: number | undefined;
  /** The name of the sender; empty if it states none. */
  readonly host: string;
  /** The log source: the tag of RFC 3164, the name of the application of RFC 5424; empty if there is none. */
  readonly source: string;
  /** Further facts about the message, such as the message id of RFC 5424. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** The text, unchanged. It may be empty, and contain control characters. */
  readonly text: string;
}

/** A message without a priority is `user.notice` (RFC 3164, 4.3.3). */
const defaultPriority = 13;
const maxHost = 255;
/** No real sender has a longer tag; logs-syslog cuts names of sources after 32 bytes. */
const maxSource = 48;
const maxTags = 16;

/**
 * Parses a message of RFC 5424 (`<PRI>1 …`) or RFC 3164 (`<PRI>Mmm dd hh:mm:ss HOST TAG TEXT`), in the form of
 * logs-syslog too, which writes no colon after the tag. Other texts are messages without a source. `receivedAt`
 * (milliseconds) decides about the year, which RFC 3164 has none of; times without a zone are UTC, as unikernels write them.
 * Takes linear time.
 */
export function parseSyslog(bytes: Uint8Array, receivedAt: number): SyslogMessage {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const found = /^<(\d{1,3})>/.exec(text);
  const priority = found && Number(found[1]) <= 191 ? Number(found[1]) : undefined;
  const body = priority === undefined ? text : text.slice(found?.[0].length);
  const facts = {
    facility: (priority ?? defaultPriority) >> 3,
    level: levelOf((priority ?? defaultPriority) & 7),
  };
  return {
    ...facts,
    ...((priority === undefined ? undefined : (parseNew(body) ?? parseOld(body, receivedAt))) ?? {
      loggedAt: undefined,
      host: "",
      source: "",
      tags: [],
      text: body,
    }),
  };
}

type Body = Omit<SyslogMessage, "facility" | "level">;

function levelOf(severity: number): SyslogMessage["level"] {
  if (severity <= 3) return "error";
  if (severity === 4) return "warning";
  return severity === 7 ? "debug" : "info";
}

/** RFC 5424, 6: `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]`, with `-` for nothing. */
const newHead = /^1 (-|\d{4}-\d\d-\d\dT\S{1,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?=[-[])/;

function parseNew(body: string): Body | undefined {
  const head = newHead.exec(body);
  if (!head) return undefined;
  const [whole, time = "", host = "", application = "", , id = ""] = head;
  const loggedAt = time === "-" ? undefined : Date.parse(time);
  if (Number.isNaN(loggedAt)) return undefined;
  const { tags, end } = parseStructuredData(body, whole.length);
  const text = body.slice(body.charAt(end) === " " ? end + 1 : end);
  const valueOf = (field: string) => (field === "-" ? "" : field);
  return {
    loggedAt,
    host: valueOf(host),
    source: valueOf(application),
    tags: [...(id === "-" ? [] : [["msgid", id] as const]), ...tags].slice(0, maxTags),
    // RFC 5424 lets senders mark UTF-8 with a byte order mark.
    text: text.replace(/^\uFEFF/, ""),
  };
}

/** Parses `-` or elements such as `[id name="value"]`, in which `\` escapes `"`, `\` and `]`. */
function parseStructuredData(
  body: string,
  start: number,
): { readonly tags: readonly (readonly [string, string])[]; readonly end: number } {
  const tags: (readonly [string, string])[] = [];
  const element = /\[[^\s=\]"]{1,32}/y;
  const parameter = / ([^\s=\]"]{1,32})="((?:[^"\\\]]|\\[\s\S])*)"/y;
  let end = body.charAt(start) === "-" ? start + 1 : start;
  while (body.charAt(end) === "[") {
    element.lastIndex = end;
    if (!element.test(body)) break;
    let at = element.lastIndex;
    parameter.lastIndex = at;
    for (let found = parameter.exec(body); found; found = parameter.exec(body)) {
      const [, name = "", value = ""] = found;
      if (tags.length < maxTags) tags.push([name, value.replace(/\\(["\\\]])/g, "$1")]);
      at = parameter.lastIndex;
    }
    if (body.charAt(at) !== "]") break;
    end = at + 1;
  }
  return { tags, end };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const oldHead = /^([A-Z][a-z]{2}) ([ 0-3]\d) (\d\d):(\d\d):(\d\d) /;

function parseOld(body: string, receivedAt: number): Body | undefined {
  const head = oldHead.exec(body);
  if (!head) return undefined;
  const [whole, month = "", day, hour, minute, second] = head;
  const at = months.indexOf(month);
  const time = [day, hour, minute, second].map(Number);
  if (at < 0) return undefined;
  const loggedAt = nearest(receivedAt, (year) => Date.UTC(year, at, time[0], time[1], time[2], time[3]));
  const hostEnd = wordEnd(body, whole.length, maxHost);
  const host = body.slice(whole.length, hostEnd);
  const rest = body.slice(hostEnd + 1);
  const sourceEnd = wordEnd(rest, 0, maxSource);
  // A word without a space after it is a message, not a tag.
  if (rest.charAt(sourceEnd) !== " ") return { loggedAt, host, source: "", tags: [], text: rest };
  const { name, id } = parseTag(rest.slice(0, sourceEnd));
  return {
    loggedAt,
    host,
    source: name,
    tags: id === undefined ? [] : [["pid", id]],
    text: rest.slice(sourceEnd + 1),
  };
}

/** Splits the tags of other senders: `name:` and `name[id]:`. */
function parseTag(tag: string): { readonly name: string; readonly id: string | undefined } {
  const [, name = tag, id] = /^([^:[\]]+)(?:\[([^\]]*)\])?:$/.exec(tag) ?? [];
  return { name, id };
}

/** The offset of the space that ends a word; the offset where the search ends if there is none. */
function wordEnd(text: string, start: number, max: number): number {
  const limit = Math.min(text.length, start + max);
  for (let at = start; at < limit; at++) if (text.charCodeAt(at) === 0x20) return at;
  return limit;
}

/** The time in the year in which it is closest to `now`: a message of December may arrive in January. */
function nearest(now: number, timeIn: (year: number) => number): number {
  const year = new Date(now).getUTCFullYear();
  const times = [year - 1, year, year + 1].map(timeIn);
  const distance = (time: number) => Math.abs(time - now);
  return times.reduce((best, time) => (distance(time) < distance(best) ? time : best));
}
