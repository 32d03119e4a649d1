import { type BaseBlock, Constructed, Sequence, Set as DerSet } from "asn1js";
import { derTags, type Der } from "./der.ts";
import { contextSpecific, DerError, readNodes, universal, type DerNode } from "./derNode.ts";

/** A tag of a choice that this version of the protocol does not have. A newer daemon may send it. */
export class UnknownTagError extends DerError {}

/** A field of a sequence. An optional field is left out if its value is undefined. */
export interface DerField<T = unknown> {
  readonly type: Der<T>;
  readonly optional: boolean;
}

export const required = <T>(type: Der<T>) => ({ type, optional: false as const });
export const optional = <T>(type: Der<T>) => ({ type, optional: true as const });

type Fields = Readonly<Record<string, { readonly type: Der<unknown>; readonly optional: boolean }>>;

/** The value of the fields, by their names. */
export type ValueOfFields<F> = {
  readonly [K in keyof F as F[K] extends { readonly optional: false } ? K : never]: F[K] extends {
    readonly type: Der<infer T>;
  }
    ? T
    : never;
} & {
  readonly [K in keyof F as F[K] extends { readonly optional: true } ? K : never]?: F[K] extends {
    readonly type: Der<infer T>;
  }
    ? T | undefined
    : never;
};

/** Reads fields in order. A field that is optional is absent if the next node is not of its type. */
function readFields(fields: readonly (readonly [string, Fields[string]])[], content: Uint8Array) {
  const nodes = readNodes(content);
  const value: Record<string, unknown> = {};
  let at = 0;
  for (const [name, { type, optional: mayBeAbsent }] of fields) {
    const node = nodes[at];
    if (node && type.matches(node)) {
      value[name] = type.read(node);
      at++;
    } else if (!mayBeAbsent) throw new DerError(`${name}: ${type.name} expected`);
  }
  if (at !== nodes.length) throw new DerError(`${nodes.length - at} fields too many`);
  return value;
}

function writeFields(fields: Fields, value: object): BaseBlock[] {
  return Object.entries(fields).flatMap(([name, { type, optional: mayBeAbsent }]) => {
    const field: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
    if (field === undefined && mayBeAbsent) return [];
    return [type.write(field)];
  });
}

const isUniversal = (node: DerNode, tag: number): boolean =>
  node.tag === tag && node.tagClass === universal && node.isConstructed;

/** A SEQUENCE of fields in the order of the object's properties. */
export function sequence<const F extends Fields>(fields: F): Der<ValueOfFields<F>> {
  const list = Object.entries(fields);
  return {
    name: "SEQUENCE",
    matches: (node) => isUniversal(node, derTags.sequence),
    read: ({ content }) => readFields(list, content) as ValueOfFields<F>,
    write: (value) => new Sequence({ value: writeFields(fields, value) }),
  };
}

/** Like `sequence`, where a context tag replaces the tag of the SEQUENCE (IMPLICIT). */
export function implicitSequence<const F extends Fields>(tag: number, fields: F): Der<ValueOfFields<F>> {
  const list = Object.entries(fields);
  return {
    name: `[${tag}] IMPLICIT SEQUENCE`,
    matches: (node) => hasTag(node, tag),
    read: ({ content }) => readFields(list, content) as ValueOfFields<F>,
    write: (value) => tagged(tag, writeFields(fields, value)),
  };
}

function listOf<T>(name: "SEQUENCE" | "SET", type: Der<T>): Der<readonly T[]> {
  const [tag, Block] = name === "SET" ? [derTags.set, DerSet] : [derTags.sequence, Sequence];
  return {
    name: `${name} OF ${type.name}`,
    matches: (node) => isUniversal(node, tag),
    read: ({ content }) =>
      readNodes(content).map((child) => {
        if (!type.matches(child)) throw new DerError(`${type.name} expected in ${name}`);
        return type.read(child);
      }),
    write: (values) => new Block({ value: values.map((value) => type.write(value)) }),
  };
}

export const sequenceOf = <T>(type: Der<T>): Der<readonly T[]> => listOf("SEQUENCE", type);
export const setOf = <T>(type: Der<T>): Der<readonly T[]> => listOf("SET", type);

const hasTag = (node: DerNode, tag?: number): boolean =>
  node.tagClass === contextSpecific && node.isConstructed && (tag === undefined || node.tag === tag);

const tagged = (tag: number, value: BaseBlock[]): Constructed =>
  new Constructed({ idBlock: { tagClass: contextSpecific + 1, tagNumber: tag }, value });

/** A value with a context tag around it (EXPLICIT). */
export function explicit<T>(tag: number, type: Der<T>): Der<T> {
  return {
    name: `[${tag}] ${type.name}`,
    matches: (node) => hasTag(node, tag),
    read: (node) => {
      const [child, ...others] = readNodes(node.content);
      if (!child || others.length > 0 || !type.matches(child))
        throw new DerError(`[${tag}]: ${type.name} expected`);
      return type.read(child);
    },
    write: (value) => tagged(tag, [type.write(value)]),
  };
}

type Alternatives = Readonly<Record<number, readonly [kind: string, type: Der<unknown>]>>;

/** The value of a choice: its `kind`, and its `value`. */
export type ValueOfChoice<A> = {
  [K in keyof A]: A[K] extends readonly [infer Kind, Der<infer T>]
    ? { readonly kind: Kind; readonly value: T }
    : never;
}[keyof A];

/** A CHOICE of alternatives by their explicit context tags. */
export function choice<const A extends Alternatives>(name: string, alternatives: A): Der<ValueOfChoice<A>> {
  const all = Object.entries(alternatives).map(([tag, [kind, type]]) => ({
    tag: Number(tag),
    kind,
    type: explicit(Number(tag), type),
  }));
  return {
    name,
    matches: (node) => hasTag(node),
    read: (node) => {
      const found = all.find(({ tag }) => tag === node.tag);
      if (!found) throw new UnknownTagError(`${name}: unknown tag [${node.tag}]`);
      return { kind: found.kind, value: found.type.read(node) } as ValueOfChoice<A>;
    },
    write: (value) => {
      const { kind, value: content } = value as { readonly kind: string; readonly value: unknown };
      const found = all.find((each) => each.kind === kind);
      if (!found) throw new DerError(`${name}: unknown kind ${kind}`);
      return found.type.write(content);
    },
  };
}
