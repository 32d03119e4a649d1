import type { ValueContext } from "../declarations.ts";
import { parseDeclaration, type TypeDeclaration } from "../types/declaration.ts";
import { parseSignature } from "../types/signature.ts";

/** Thrown by a `Snapshot` for something that has not been read yet. `settle` reads it and starts again. */
export class Missing extends Error {}
/** Thrown for memory that cannot be read and for values that cannot be right. */
export class Unreadable extends Error {}

const pageBytes = 4096;
const pageMask = ~BigInt(pageBytes - 1);
/** Pages that are requested at once when one function misses many, as in a long list. */
const maxReadAhead = 32;
/** Ends rendering of a heap that sends it from one page to the next without an end. */
const maxRounds = 400;

/** What is known about the memory and the types of a stopped program, for synchronous functions. */
export interface HeapSnapshot {
  /** An aligned word. Throws `Missing` or `Unreadable`. */
  readonly word: (address: bigint) => bigint;
  /** Throws `Missing` or `Unreadable`. */
  readonly bytes: (address: bigint, length: number) => Uint8Array;
  /** The declaration of exactly this path. Throws `Missing`. */
  readonly declaration: (path: string) => TypeDeclaration | undefined;
  /** Cells of long lists by the list's first cell, so that an item is found without walking from the start again. */
  readonly cells: Map<bigint, bigint[]>;
  readonly context: ValueContext;
}

interface Store extends HeapSnapshot {
  readonly wanted: Map<string, () => Promise<void>>;
  readAhead: number;
}

const stores = new WeakMap<ValueContext, Store>();
const parsed = new WeakMap<ValueContext["declarations"], Map<string, TypeDeclaration | undefined>>();

/**
 * Computes a result from a snapshot of the program. `compute` is synchronous and runs again until nothing is
 * missing, so that it needs few rounds: all that one run misses is requested at once. It should therefore
 * catch `Missing` and continue with the rest of its work.
 */
export async function computeFromSnapshot<T>(
  context: ValueContext,
  compute: (snapshot: HeapSnapshot) => T,
): Promise<T> {
  const store = storeOf(context);
  store.readAhead = 1;
  for (let round = 0; ; round++) {
    store.wanted.clear();
    let result: T | undefined;
    let failed: unknown;
    try {
      result = compute(store);
    } catch (error) {
      failed = error;
    }
    if (store.wanted.size === 0 || round >= maxRounds) {
      if (failed !== undefined) throw failed;
      return result as T;
    }
    const requests = [...store.wanted.values()];
    store.wanted.clear();
    await Promise.all(requests.map((request) => request()));
    if (requests.length < 4) store.readAhead = Math.min(store.readAhead * 2, maxReadAhead);
  }
}

function storeOf(context: ValueContext): Store {
  const stored = stores.get(context);
  if (stored) return stored;
  const pages = new Map<bigint, DataView | undefined>();
  const fragments = new Map<string, Uint8Array | undefined>();
  const wanted = new Map<string, () => Promise<void>>();
  const declarations = parsed.get(context.declarations) ?? new Map<string, TypeDeclaration | undefined>();
  parsed.set(context.declarations, declarations);

  const readPage = async (at: bigint) => {
    const ahead = store.readAhead;
    if (ahead > 1) {
      const bytes = await context.memory.read(at, ahead * pageBytes).catch(() => undefined);
      if (bytes) {
        for (let index = 0; index < ahead; index++) {
          const page = bytes.subarray(index * pageBytes, (index + 1) * pageBytes);
          pages.set(at + BigInt(index * pageBytes), viewOf(page));
        }
        return;
      }
    }
    const bytes = await context.memory.read(at, pageBytes).catch(() => undefined);
    pages.set(at, bytes && viewOf(bytes));
  };
  const page = (at: bigint): DataView | undefined => {
    const known = pages.get(at);
    if (known !== undefined || pages.has(at)) return known;
    wanted.set(String(at), () => readPage(at));
    throw new Missing();
  };
  /** Bytes next to memory that cannot be read. */
  const fragment = (address: bigint, length: number): Uint8Array => {
    const key = `${address}+${length}`;
    if (!fragments.has(key)) {
      wanted.set(key, async () => {
        fragments.set(key, await context.memory.read(address, length).catch(() => undefined));
      });
      throw new Missing();
    }
    const bytes = fragments.get(key);
    if (!bytes) throw new Unreadable();
    return bytes;
  };

  const store: Store = {
    context,
    wanted,
    readAhead: 1,
    cells: new Map(),
    word: (address) => {
      if (address <= 0n || address % 8n !== 0n || address >= 1n << 63n) throw new Unreadable();
      const at = address & pageMask;
      const view = page(at);
      return view
        ? view.getBigUint64(Number(address - at), true)
        : viewOf(fragment(address, 8)).getBigUint64(0, true);
    },
    bytes: (address, length) => {
      if (length === 0) return new Uint8Array();
      const first = address & pageMask;
      const parts: Uint8Array[] = [];
      let missing = false;
      for (let at = first; at < address + BigInt(length); at += BigInt(pageBytes)) {
        try {
          const view = page(at);
          if (!view) return fragment(address, length);
          parts.push(new Uint8Array(view.buffer, view.byteOffset, pageBytes));
        } catch (error) {
          if (!(error instanceof Missing)) throw error;
          missing = true;
        }
      }
      if (missing) throw new Missing();
      const start = Number(address - first);
      const whole = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      return (whole ?? new Uint8Array()).subarray(start, start + length);
    },
    declaration: (path) => {
      if (!declarations.has(path)) {
        wanted.set(`type ${path}`, async () => {
          const text = await context.declarations(path).catch(() => undefined);
          const parse = text?.startsWith("module") === true ? parseSignature : parseDeclaration;
          declarations.set(path, text === undefined ? undefined : parse(text));
        });
        throw new Missing();
      }
      return declarations.get(path);
    },
  };
  stores.set(context, store);
  return store;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
