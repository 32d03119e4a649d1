/** A label: letters, digits, `-` and `.`, not beginning with `-`, at most 63 bytes. The daemon uses lower case. */
const labelPattern = /^[a-z0-9.][a-z0-9.-]{0,62}$/i;

/** Whether the daemon accepts the text as a label of a name. */
export const isLabel = (text: string): boolean => labelPattern.test(text);

/** The name of a unikernel or a block device: the labels of its path from the root, and its own. */
export interface HostName {
  readonly path: readonly string[];
  readonly label: string;
}

/** Parses `path:path:label`. A leading colon is dropped. Returns undefined unless it is a name with a label. */
export function parseName(text: string): HostName | undefined {
  const labels = text.toLowerCase().replace(/^:/, "").split(":");
  const label = labels.pop();
  if (label === undefined || !isLabel(label) || !labels.every(isLabel)) return undefined;
  return { path: labels, label };
}

/** Parses a path, which ends with a colon; `:` is the root. */
export const parseHostPath = (text: string): readonly string[] =>
  text.split(":").filter((label) => label !== "");

/** Writes a name as the daemon does: `:hello` at the root, otherwise `dev:hello`. */
export const formatName = ({ path, label }: HostName): string => `${path.join(":")}:${label}`;

/** Writes a path as the daemon does: `:` for the root, otherwise `dev:`. */
export const formatPath = (path: readonly string[]): string => `${path.join(":")}:`;

/** The absolute form of a name in a list, which is relative to the path that was requested. */
export function absoluteName(requested: readonly string[], text: string): HostName | undefined {
  const name = parseName(text);
  return name && { path: [...requested, ...name.path], label: name.label };
}

/** A label for a unikernel of this name, such as `my-app` for `my_app`. */
export function labelFor(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63);
  return label === "" ? "unikernel" : label;
}
