import type { AttachTo } from "../../debugger/targets/attached.ts";
import { t } from "../../protocol/l10n.ts";
import { parseConfiguration, unknownVariable, type LaunchConfiguration } from "./launchConfiguration.ts";

type Properties = Readonly<Partial<Record<string, unknown>>>;

/** A valid configuration of type `mirage` with the request `attach`. Its schema is in package.json. */
export interface AttachConfiguration {
  readonly configuration: LaunchConfiguration;
  /** `undefined` if the user is to choose a running unikernel. */
  readonly to: AttachTo | undefined;
}

/**
 * Validates a configuration of the request `attach` after VS Code has replaced its `${…}` variables. Each problem is a
 * sentence that names the property.
 */
export function parseAttach(raw: Properties): AttachConfiguration | { readonly problems: readonly string[] } {
  const parsed = parseConfiguration(raw);
  const problems = "problems" in parsed ? [...parsed.problems] : [];
  const places = ["processId", "server", "core"].filter((name) => raw[name] !== undefined);
  if (places.length > 1)
    problems.push(t("Only one of {0} can be given.", places.map((name) => `"${name}"`).join(", ")));
  const to = attachTo(raw, problems);
  return problems.length > 0 || "problems" in parsed ? { problems } : { ...parsed, to };
}

function attachTo({ processId, server, core }: Properties, problems: string[]): AttachTo | undefined {
  for (const value of [processId, server, core]) {
    const variable = unknownVariable(value);
    if (variable === undefined) continue;
    problems.push(t("{0} is not a variable here.", variable));
    return undefined;
  }
  if (processId !== undefined) {
    const pid = typeof processId === "string" && /^\d{1,9}$/.test(processId) ? Number(processId) : processId;
    if (typeof pid === "number" && Number.isInteger(pid) && pid > 0) return { kind: "process", pid };
    problems.push(t('"{0}" must be the number of a process.', "processId"));
  }
  if (server !== undefined) {
    // The address is a part of a command of gdb, which could also be `| program`.
    if (typeof server === "string" && /^(?:[\w.-]*|\[[\da-fA-F:]+\]):\d{1,5}$|^\/\S+$/.test(server))
      return { kind: "server", address: server };
    problems.push(t('"{0}" must be a host and a port, such as localhost:1234.', "server"));
  }
  if (core !== undefined) {
    if (typeof core === "string" && core !== "" && !/[\r\n]/.test(core)) return { kind: "core", path: core };
    problems.push(t('"{0}" must be the path of a core file.', "core"));
  }
  return undefined;
}
