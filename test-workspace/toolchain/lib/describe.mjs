import { writeFileSync } from "node:fs";
import { recordedOrNone } from "./recordings.mjs";

/** Returns the group of a `--net` value: `socket` for host and socket, `ocaml` for direct and ocaml. */
function netGroup(net) {
  if (net === undefined) return undefined;
  return net === "host" || net === "socket" ? "socket" : "ocaml";
}

/** Formats the lines `Keys` after `Name`, in the layout that mirage uses for these values. */
function keyLines(kind, settings) {
  const shown = (name, value, initial) =>
    value === undefined ? `${name}=${initial} (default)` : `${name}=${value}`;
  const { keys } = settings;
  const target = `target=${settings.target}${settings.targetIsDefault ? " (default)" : ""}`;
  if (kind.name === "kv_ro")
    return `Keys       ${shown("kv_ro", keys.kv_ro, "crunch")},\n           ${target}\n`;
  if (kind.name !== "network") return `Keys       ${target}\n`;
  const net = netGroup(keys.net);
  const items = [
    shown("net", net, ""),
    shown("no-dhcp", keys["no-dhcp"], "false"),
    target,
    shown("utcp", keys.utcp, "false"),
  ];
  // mirage does not align the values if net is empty (its default) or socket.
  const aligned = net === "ocaml";
  return aligned ? `Keys       ${items.join(",\n           ")}\n` : `Keys      \n  ${items.join(",\n  ")}\n`;
}

/** Returns the recorded DOT of the closest variant, without its header and indentation. */
function graphOf(kind, settings, evaluate) {
  const family = settings.target === "unix" || settings.target === "macosx" ? "unix" : "hvt";
  const { keys } = settings;
  const variant = [
    keys.net === undefined ? undefined : `net=${keys.net}`,
    keys.kv_ro === undefined ? undefined : `kv=${keys.kv_ro}`,
    keys["no-dhcp"] === undefined ? undefined : "no-dhcp",
    keys.utcp === undefined ? undefined : "utcp",
  ].filter((part) => part !== undefined);
  const file = evaluate ? "describe-dot-eval.stdout" : "describe-dot-no-eval.stdout";
  for (let parts = evaluate ? variant : []; ; parts = parts.slice(0, -1)) {
    const text = recordedOrNone("skeleton", kind.folder, [family, ...parts].join("+"), file);
    if (text !== undefined || parts.length === 0) {
      const graph = text.slice(text.indexOf("digraph G {"));
      return graph.replace(/\n {12}/g, "\n").trimEnd() + "\n";
    }
  }
}

/** Implements `mirage describe`: prints the description of the project, or its functor graph with --dot. */
export function description({ project, name, settings, read, out, err }) {
  const { kind } = project;
  const header = `Name       ${name}\n${keyLines(kind, settings)}`;
  if (read.dot !== true) {
    out(header);
    return 0;
  }
  const evaluate = read["no-eval"] !== true && (read.eval === true || !settings.targetIsDefault);
  const graph = graphOf(kind, settings, evaluate);
  if (read.output === "-") out(`${header}Output     -${graph.trimEnd().replace(/\n/g, "\n            ")}\n`);
  else if (read.output !== undefined) {
    writeFileSync(read.output, graph);
    out(`${header}Output     ${read.output}`);
  } else if (read["dot-command"] !== undefined) out(`${header.trimEnd()}${graph}`);
  else {
    out(header.trimEnd());
    err("run ['xdot' '/tmp/graph.dot']: No such file or directory\n");
    return 1;
  }
  return 0;
}
