import { targets } from "./project.mjs";

/** A command line that mirage rejects. `message` follows `mirage: `, and `usage` precedes it. */
export class Refused extends Error {
  constructor(command, message) {
    super(message);
    this.command = command;
  }
}

const usages = {
  configure: "mirage configure [--help] [OPTION]…",
  describe: "mirage describe [--help] [OPTION]…",
  query: "mirage query [--help] [OPTION]… [INFO]",
  clean: "mirage clean [--help] [OPTION]…",
  help: "mirage help [--help] [OPTION]… [TOPIC]",
};

export const commands = ["clean", "configure", "describe", "help", "query"];

export const queries = [
  "name",
  "packages",
  "opam",
  "files",
  "Makefile",
  "dune.config",
  "dune.build",
  "dune-project",
  "dune-workspace",
  "dune.dist",
];

/** Formats words as `'a', 'b' or 'c'`. */
function alternatives(words) {
  const quoted = words.map((word) => `'${word}'`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** Wraps a message at the same width as mirage. */
function wrapped(text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === "" || line.length + 1 + word.length <= 77)
      lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    else lines.push(`        ${word}`);
  }
  return lines.join("\n");
}

/** Returns the output on stderr for a rejected command line. */
export function refusal(refused) {
  const usage = usages[refused.command] ?? "mirage [--help] [COMMAND] …";
  return `Usage: ${usage}\n${wrapped(`mirage: ${refused.message}`)}\n`;
}

const withValue = [
  "target",
  "file",
  "config-file",
  "output",
  "context-file",
  "extra-repos",
  "verbosity",
  "color",
];
const flags = ["depext", "no-depext", "dry-run", "no-extra-repo", "quiet", "verbose", "version"];
const short = { t: "target", f: "file", o: "output", q: "quiet", v: "verbose" };
const own = {
  describe: { values: ["dot-command"], flags: ["dot", "eval", "no-eval"] },
  help: { values: ["man-format"], flags: ["eval", "no-eval"] },
};
const values = {
  target: targets,
  net: ["host", "socket", "direct", "ocaml"],
  kv_ro: ["crunch", "direct"],
  color: ["auto", "always", "never"],
};

/**
 * Parses the arguments after the command. `allowed` are the options of this config.ml (net, no-dhcp, utcp, kv_ro).
 * The result has a property for each given option, and `positional`.
 */
export function readArguments(command, args, allowed) {
  const takesValue = [
    ...withValue,
    ...(own[command]?.values ?? []),
    ...allowed.filter((name) => name === "net" || name === "kv_ro"),
  ];
  const isFlag = [
    ...flags,
    ...(own[command]?.flags ?? []),
    ...allowed.filter((name) => !takesValue.includes(name)),
  ];
  /** @type {{ positional: string[], [option: string]: any }} */
  const read = { positional: [] };
  const set = (shown, name, value) => {
    const expected = values[name];
    if (expected !== undefined && !expected.includes(value)) {
      throw new Refused(
        command,
        `option '${shown}': invalid value '${value}', expected one of ${alternatives(expected)}`,
      );
    }
    read[name === "config-file" ? "file" : name] = value;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    const long = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg);
    const brief = /^-([a-zA-Z])([\s\S]*)$/.exec(arg);
    if (long === null && brief === null) {
      read.positional.push(arg);
      continue;
    }
    const shown = long === null ? `-${brief[1]}` : `--${long[1]}`;
    const name = long === null ? short[brief[1]] : long[1];
    if (name === "help") {
      read.help = long[2] ?? "auto";
    } else if (takesValue.includes(name)) {
      const attached = long === null ? (brief[2] === "" ? undefined : brief[2]) : long[2];
      const value = attached ?? args[++i];
      if (value === undefined) throw new Refused(command, `option '${shown}' needs an argument`);
      set(shown, name, value);
    } else if (isFlag.includes(name)) {
      read[name] = true;
    } else {
      throw new Refused(command, `unknown option '${shown}'`);
    }
  }
  if (command === "query" && read.positional[0] !== undefined && !queries.includes(read.positional[0])) {
    throw new Refused(
      command,
      `INFO argument: invalid value '${read.positional[0]}', expected one of ${alternatives(queries)}`,
    );
  }
  return read;
}
