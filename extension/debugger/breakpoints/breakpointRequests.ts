/** A breakpoint of the user, as VS Code requests it. Lines count from 1. */
export interface RequestedBreakpoint {
  /** The number by which events about it name it. */
  readonly id: number;
  readonly place:
    | { readonly kind: "source"; readonly path: string; readonly line: number }
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "instruction"; readonly address: string };
  readonly condition: string | undefined;
  readonly hitCondition: string | undefined;
  /** Text to print instead of stopping, with expressions in braces. */
  readonly logMessage: string | undefined;
}

/** An exception filter that is on, with names of exceptions as its condition. */
export interface ExceptionFilter {
  readonly filter: string;
  readonly condition: string | undefined;
}

/** The breakpoints of a debug session. They exist before gdb does and outlive a restart. */
export interface BreakpointRequests {
  /** Applies one of the requests that set breakpoints, and returns those that it sets, in its order. */
  readonly set: (command: string, args: unknown) => readonly RequestedBreakpoint[];
  readonly all: () => readonly RequestedBreakpoint[];
  readonly exceptions: () => readonly ExceptionFilter[];
}

type Fields = Readonly<Partial<Record<string, unknown>>>;

export function createBreakpointRequests(): BreakpointRequests {
  /** Keyed by the path of the file, or by the kind. */
  const groups = new Map<string, readonly RequestedBreakpoint[]>();
  let exceptions: readonly ExceptionFilter[] = [];
  let lastId = 0;

  const setGroup = (key: string, places: readonly [RequestedBreakpoint["place"], Fields][]) => {
    const known = groups.get(key) ?? [];
    const breakpoints = places.map(([place, fields]): RequestedBreakpoint => {
      const details = {
        condition: text(fields["condition"]),
        hitCondition: text(fields["hitCondition"]),
        logMessage: text(fields["logMessage"]),
      };
      // An unchanged breakpoint keeps its number, so that it is not set again.
      const shape = JSON.stringify({ id: 0, place, ...details });
      const same = known.find((each) => JSON.stringify({ ...each, id: 0 }) === shape);
      return same ?? { id: ++lastId, place, ...details };
    });
    groups.set(key, breakpoints);
    return breakpoints;
  };

  return {
    set: (command, args) => {
      const { source, breakpoints, filters, filterOptions } = fieldsOf(args);
      const items = list(breakpoints).map(fieldsOf);
      switch (command) {
        case "setBreakpoints": {
          const path = text(fieldsOf(source)["path"]) ?? "";
          return setGroup(
            `source ${path}`,
            items.map((item) => [{ kind: "source", path, line: Number(item["line"]) || 1 }, item]),
          );
        }
        case "setFunctionBreakpoints":
          return setGroup(
            "function",
            items.map((item) => [{ kind: "function", name: String(item["name"]).trim() }, item]),
          );
        case "setInstructionBreakpoints":
          return setGroup(
            "instruction",
            items.map((item) => {
              const start = BigInt(text(item["instructionReference"]) ?? "0");
              const address = `0x${(start + BigInt(Number(item["offset"]) || 0)).toString(16)}`;
              return [{ kind: "instruction", address }, item];
            }),
          );
        case "setExceptionBreakpoints": {
          const options = list(filterOptions).map(fieldsOf);
          exceptions = [
            ...list(filters).map((filter) => ({ filter: String(filter), condition: undefined })),
            ...options.map((option) => ({
              filter: String(option["filterId"]),
              condition: text(option["condition"]),
            })),
          ];
          return [];
        }
        default:
          return [];
      }
    },
    all: () => [...groups.values()].flat(),
    exceptions: () => exceptions,
  };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value : undefined;

/** The properties of an object; none of any other value. */
function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
