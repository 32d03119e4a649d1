import type { Links } from "./links.ts";
import type { Point } from "./camera.ts";

/** What the keyboard walks over: what is drawn, and where. */
export interface Ground {
  readonly links: Links;
  readonly place: (key: string) => Point | undefined;
  readonly keys: readonly string[];
}

export type Step = "up" | "down" | "left" | "right";

export interface Walk {
  /** The node that a key goes to; undefined when there is none that way. */
  readonly step: (ground: Ground, at: string, step: Step) => string | undefined;
}

/**
 * Along the edges: down to what a node needs, its first argument first; up to what one came from, else
 * to what uses the node; left and right among what the node above needs.
 */
export function createWalk(): Walk {
  /** From where a node was entered, and where one went down from it last. */
  const cameFrom = new Map<string, string>();
  const wentTo = new Map<string, string>();

  const down = (ground: Ground, at: string): string | undefined => {
    const all = drawn(
      ground,
      ground.links.out(at).map(({ to }) => to),
    );
    const again = wentTo.get(at);
    return again !== undefined && all.includes(again) ? again : all[0];
  };
  const up = (ground: Ground, at: string): string | undefined => {
    const all = drawn(
      ground,
      ground.links.into(at).map(({ from }) => from),
    );
    const back = cameFrom.get(at);
    return back !== undefined && all.includes(back) ? back : all[0];
  };

  return {
    step: (ground, at, step) => {
      if (step === "down" || step === "up") {
        const to = step === "down" ? down(ground, at) : up(ground, at);
        if (to === undefined) return undefined;
        const [above, below] = step === "down" ? [at, to] : [to, at];
        cameFrom.set(below, above);
        wentTo.set(above, below);
        return to;
      }
      const above = up(ground, at);
      const family =
        above === undefined
          ? []
          : drawn(
              ground,
              ground.links.out(above).map(({ to }) => to),
            );
      const to = besides(ground, at, family, step) ?? besides(ground, at, ground.keys, step, 8);
      if (to !== undefined && above !== undefined && family.includes(to)) {
        cameFrom.set(to, above);
        wentTo.set(above, to);
      }
      return to;
    },
  };
}

function drawn({ place }: Ground, keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => place(key) !== undefined);
}

/** The next of some nodes on one side; with `within`, of those at most so much higher or lower. */
function besides(
  ground: Ground,
  at: string,
  keys: readonly string[],
  side: "left" | "right",
  within = Infinity,
): string | undefined {
  const here = ground.place(at);
  if (!here) return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const key of keys) {
    const there = ground.place(key);
    if (key === at || !there || Math.abs(there.y - here.y) > within) continue;
    const ahead = side === "right" ? there.x - here.x : here.x - there.x;
    // Of nodes above each other, the order is from top to bottom.
    const tie = ahead === 0 ? (side === "right" ? there.y - here.y : here.y - there.y) * 1e-6 : ahead;
    if (tie > 0 && tie < least) [best, least] = [key, tie];
  }
  return best;
}
