/**
 * The functions of the proposal "Decorator Metadata" that tsyringe, which @peculiar/x509 depends on, requires when it is
 * loaded. A polyfill that another module has installed is kept.
 */
type Metadata = Map<unknown, unknown>;
const stored = new WeakMap<object, Metadata>();

const functions = {
  defineMetadata: (key: unknown, value: unknown, target: object): void => {
    const own: Metadata = stored.get(target) ?? new Map<unknown, unknown>();
    own.set(key, value);
    stored.set(target, own);
  },
  getOwnMetadata: (key: unknown, target: object): unknown => stored.get(target)?.get(key),
  getMetadata: (key: unknown, target: object): unknown => {
    for (let each: object | null = target; each; each = Reflect.getPrototypeOf(each)) {
      const own = stored.get(each);
      if (own?.has(key)) return own.get(key);
    }
    return undefined;
  },
};

if (!("getMetadata" in Reflect)) Object.assign(Reflect, functions);
