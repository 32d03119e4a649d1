import { readFileSync } from "node:fs";
import { parseDescription } from "./dot/parseDescription.ts";
import type { FunctorGraph } from "./model.ts";

const recordings = new URL("../../test-workspace/recordings/mirage-4.11.1/skeleton/", import.meta.url);

/** Recorded output of mirage 4.11.1, such as `device-usage/network/hvt/describe-dot.stdout`. */
export function recordedText(name: string): string {
  return readFileSync(new URL(name, recordings), "utf8");
}

/** The graph of a recording. Throws if it cannot be read completely. */
export function recordedGraph(name: string): FunctorGraph {
  const { graph, problems } = parseDescription(recordedText(`${name}.stdout`));
  if (!graph || problems.length > 0) throw new Error(`${name}: ${problems.join(" ")}`);
  return graph;
}

/** Parses a graph from the DOT lines between the braces. */
export function graphOf(...lines: string[]): FunctorGraph {
  const { graph, problems } = parseDescription(`digraph G {\n${lines.join("\n")}\n}\n`);
  if (!graph || problems.length > 0) throw new Error(problems.join(" "));
  return graph;
}

/** The DOT line of a device, as functoria prints it. */
export function device(id: number, path: string, keys = ""): string {
  const instance = path.toLowerCase().replaceAll(".", "_");
  return `  ${id} [label="${instance}__${id}\\n${path}\\n${keys}", shape="box"];`;
}
