import type { DebugProtocol } from "@vscode/debugprotocol";
import { t } from "../../protocol/l10n.ts";
import type { GdbClient } from "../gdb/gdbClient.ts";
import { editValue } from "../values/paths/editValue.ts";
import { renderValue, type RenderedChild, type RenderedValue } from "../values/render/renderValue.ts";
import type { TrackedVariable } from "../values/tracking/trackedVariable.ts";
import type { RaisedException } from "../breakpoints/exceptions.ts";
import { generalRegisters, writeMemory, type FrameValues } from "./frameValues.ts";
import type { SourceFrame } from "./stack.ts";

/** The variables of one stop, which VS Code requests by numbers. */
export interface Variables {
  readonly reset: () => void;
  readonly scopes: (
    frame: SourceFrame,
    exception: RaisedException | undefined,
  ) => Promise<DebugProtocol.Scope[]>;
  /** Rejects with an Error if the reference is not one of this stop. */
  readonly children: (reference: number, start: number, count: number) => Promise<DebugProtocol.Variable[]>;
  /** Sets a variable and returns its new value. Rejects with an Error that says why it cannot be set. */
  readonly set: (reference: number, name: string, value: string) => Promise<{ readonly value: string }>;
  /** The answer to an evaluation, with a reference if the value can be expanded. */
  readonly answer: (
    value: RenderedValue,
    frame: SourceFrame,
    expression: string,
  ) => DebugProtocol.EvaluateResponse["body"];
}

type Container =
  | {
      readonly kind: "scope";
      readonly scope: readonly TrackedVariable["kind"][];
      readonly frame: SourceFrame;
    }
  | { readonly kind: "registers"; readonly frame: SourceFrame }
  | { readonly kind: "exception"; readonly frame: SourceFrame; readonly exception: RaisedException }
  | {
      readonly kind: "value";
      readonly frame: SourceFrame;
      readonly value: RenderedValue;
      /** The expression of the value; `undefined` if there is none. */
      readonly expression: string | undefined;
    };

/** Children of values beyond this number are requested in pages. */
const pageSize = 100;

export function createVariables(gdb: GdbClient, values: FrameValues): Variables {
  let containers: Container[] = [];
  const reference = (container: Container) => containers.push(container);

  const shown = (
    value: RenderedValue,
    frame: SourceFrame,
    expression: string | undefined,
  ): Omit<DebugProtocol.Variable, "name"> => ({
    value: value.text,
    type: displayType(value.type),
    variablesReference: value.childCount === 0 ? 0 : reference({ kind: "value", frame, value, expression }),
    ...(value.childCount > pageSize && { indexedVariables: value.childCount }),
    ...(expression !== undefined && { evaluateName: expression }),
  });
  const tracked = async (variable: TrackedVariable, frame: SourceFrame): Promise<DebugProtocol.Variable> => {
    const { name, value, type } = variable;
    if (!value) {
      return {
        name,
        value: t("not available here"),
        ...(type !== undefined && { type: displayType(type) }),
        variablesReference: 0,
        presentationHint: { attributes: ["readOnly"] },
      };
    }
    const rendered = await renderValue(values.context(frame), value.word, type);
    return {
      name,
      ...shown(rendered, frame, name),
      ...("address" in value.place && { memoryReference: hex(value.place.address) }),
    };
  };
  const childOf = (
    child: RenderedChild,
    frame: SourceFrame,
    parent: string | undefined,
  ): DebugProtocol.Variable => {
    const expression =
      parent === undefined || child.accessor === undefined ? undefined : `${parent}${child.accessor}`;
    return {
      name: child.name,
      ...shown(child, frame, expression),
      ...(child.address !== undefined && { memoryReference: hex(child.address) }),
    };
  };
  const container = (number: number) => {
    const found = containers[number - 1];
    if (!found) throw new Error(t("The program has run since this value was shown."));
    return found;
  };
  const scopeVariables = async (kinds: readonly TrackedVariable["kind"][], frame: SourceFrame) => {
    const all = await values.variables(frame);
    return all.filter(({ kind }) => kinds.includes(kind));
  };
  return {
    reset: () => {
      containers = [];
    },
    scopes: async (frame, exception) => {
      // The scopes are shown before the types are read.
      const kinds = await values.kinds(frame);
      const scopes: DebugProtocol.Scope[] = [];
      if (exception) {
        const scope: Container = { kind: "exception", frame, exception };
        scopes.push({ name: t("Exception"), variablesReference: reference(scope), expensive: false });
      }
      // VS Code expands only the first scope, so that one has the arguments too.
      if (kinds.size > 0) {
        scopes.push({
          name: t("Locals"),
          presentationHint: "locals",
          variablesReference: reference({ kind: "scope", scope: ["argument", "local"], frame }),
          expensive: false,
        });
      }
      if (kinds.has("argument")) {
        scopes.push({
          name: t("Arguments"),
          presentationHint: "arguments",
          variablesReference: reference({ kind: "scope", scope: ["argument"], frame }),
          expensive: false,
        });
      }
      scopes.push({
        name: t("Registers"),
        presentationHint: "registers",
        variablesReference: reference({ kind: "registers", frame }),
        expensive: true,
      });
      return scopes;
    },
    children: async (number, start, count) => {
      const of = container(number);
      switch (of.kind) {
        case "scope":
          return Promise.all(
            (await scopeVariables(of.scope, of.frame)).map((each) => tracked(each, of.frame)),
          );
        case "registers": {
          const registers = await generalRegisters(gdb, of.frame);
          return [...registers].map(([name, value]) => ({
            name,
            value: hex(value),
            variablesReference: 0,
            memoryReference: hex(value),
          }));
        }
        case "exception": {
          const { word, text } = of.exception;
          if (word === undefined) {
            // The exception is created after this stop.
            const value = text?.text.replace(/^(\w+)\((.*)\)$/s, "$1 $2") ?? "";
            return [{ name: "exn", value, type: "exn", variablesReference: 0 }];
          }
          const value = await renderValue(values.context(of.frame), word, "exn");
          return [{ name: "exn", ...shown(value, of.frame, undefined) }];
        }
        case "value": {
          const wanted = count > 0 ? count : Math.min(of.value.childCount, 10 * pageSize);
          const children = await of.value.children(start, wanted);
          return children.map((child) => childOf(child, of.frame, of.expression));
        }
      }
    },
    set: async (number, name, text) => {
      const of = container(number);
      const context = values.context(of.kind === "registers" ? undefined : of.frame);
      if (of.kind === "scope") {
        const variable = (await scopeVariables(of.scope, of.frame)).findLast((each) => each.name === name);
        if (!variable?.value) throw new Error(t("{0} is not available here.", name));
        const { word, place } = variable.value;
        if ("isInBlock" in place) throw new Error(t("This value can't be changed."));
        const address = "address" in place ? place.address : undefined;
        const edit = await editValue(context, { word, address, type: variable.type }, text);
        await apply(gdb, edit, place);
      } else if (of.kind === "value") {
        const children = await of.value.children(0, of.value.childCount);
        const child = children.find((each) => each.name === name);
        if (child?.address === undefined) throw new Error(t("This value can't be changed."));
        const { word, address, valueType } = child;
        await apply(gdb, await editValue(context, { word, address, type: valueType }, text), { address });
      } else throw new Error(t("This value can't be changed."));
      values.reset();
      return { value: text };
    },
    answer: (value, frame, expression) => {
      const { value: result, ...rest } = shown(value, frame, expression);
      return { result, ...rest };
    },
  };
}

/** A type without the prefix that dune gives to the modules of an executable. */
const displayType = (type: string): string => type.replaceAll(/\bDune__exe__(?=[A-Z])/g, "");

const hex = (value: bigint) => `0x${value.toString(16)}`;

type Place = { readonly register: string } | { readonly address: bigint };

async function apply(
  gdb: GdbClient,
  edit: Awaited<ReturnType<typeof editValue>>,
  place: Place,
): Promise<void> {
  switch (edit.kind) {
    case "refused":
      throw new Error(edit.reason);
    case "memory":
      return writeMemory(gdb, edit.address, edit.bytes);
    case "word": {
      if ("register" in place) {
        await gdb.send(`-gdb-set var $${place.register}=${edit.word}`);
        return;
      }
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, edit.word));
      return writeMemory(gdb, place.address, bytes);
    }
  }
}
