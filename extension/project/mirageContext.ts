import { hostTarget } from "../mirage/targets.ts";

/** The arguments of the last `mirage configure`. */
export interface MirageContext {
  /** The command as given: `configure`, or a prefix of it, which cmdliner accepts too. */
  readonly command: string;
  /** The given target, or the default: see {@link hostTarget}. */
  readonly target: string;
  /** All other arguments, unchanged and in order. */
  readonly options: readonly string[];
}

/**
 * Parses the text of `mirage/context`: one escaped argument per line (functoria's context_cache.ml, Astring's
 * `String.Ascii.escape`). Returns undefined for other text. An argument with invalid escapes is not unescaped. The file
 * does not contain a target that was set by the variable `MODE`.
 */
export function parseContext(
  text: string,
  platform: NodeJS.Platform = process.platform,
): MirageContext | undefined {
  const lines = text.split(/\r?\n/);
  // The file ends with a newline, but the last argument counts without one too.
  if (lines.at(-1) === "") lines.pop();
  const [command, ...rest] = lines.map(unescape);
  if (command === undefined || !/^[a-z]+$/.test(command)) return undefined;
  const { target, options } = splitTarget(rest);
  return { command, target: target ?? hostTarget(platform), options };
}

/** Returns the text that mirage writes for these arguments, with the target first. */
export function formatContext({ command, target, options }: MirageContext): string {
  return [command, "-t", target, ...options].map((item) => `${escape(item)}\n`).join("");
}

/** Separates the target from the arguments of `mirage configure`, in every form that cmdliner accepts. */
export function splitTarget(args: readonly string[]): {
  readonly target: string | undefined;
  readonly options: readonly string[];
} {
  let target: string | undefined;
  const options: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      options.push(...args.slice(i));
      break;
    }
    // cmdliner accepts any prefix of a long option that is unique.
    const form = /^(?:-t|--ta(?:r(?:g(?:e(?:t)?)?)?)?(?:=|$))(.*)$/s.exec(arg);
    if (form === null) options.push(arg);
    else if (arg.includes("=") || (form[1] ?? "") !== "") target = form[1] ?? "";
    else if (i + 1 < args.length) target = args[++i];
    else options.push(arg);
  }
  return { target, options };
}

function escape(text: string): string {
  if (/^[ -[\]-~]*$/.test(text)) return text;
  let escaped = "";
  for (const byte of Buffer.from(text, "utf8")) {
    if (byte === 0x5c) escaped += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) escaped += String.fromCharCode(byte);
    else escaped += `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

const simpleEscapes: Readonly<Record<string, number>> = {
  "\\": 0x5c,
  '"': 0x22,
  "'": 0x27,
  " ": 0x20,
  n: 0x0a,
  t: 0x09,
  b: 0x08,
  r: 0x0d,
};

/** Also accepts the decimal and letter escapes of OCaml's `String.escaped`, which files edited by hand may have. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  // Each match is an escape or other text, so the matches cover the whole text unless an escape is invalid.
  const parts = /\\(?:x([0-9A-Fa-f]{2})|(\d{3})|([\\"'ntbr ]))|[^\\]+/y;
  let end = 0;
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    end = parts.lastIndex;
    const [whole, hex, decimal, simple] = part;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (decimal !== undefined && Number(decimal) < 256) bytes.push(Number(decimal));
    else if (simple !== undefined) bytes.push(simpleEscapes[simple] ?? 0);
    else if (decimal === undefined) for (const byte of Buffer.from(whole, "utf8")) bytes.push(byte);
    else return text;
  }
  return end === text.length ? Buffer.from(bytes).toString("utf8") : text;
}

/** Removes the option that names config.ml, because a `Unikernel` has its path. */
export function withoutConfigFile(args: readonly string[]): readonly string[] {
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "-f" || arg === "--file" || arg === "--config-file") i++;
    else if (!/^(?:-f.|--(?:config-)?file=)/.test(arg)) rest.push(arg);
  }
  return rest;
}
