import type { Adjacency } from "./adjacency.ts";
import type { Point } from "../drawing/camera.ts";

/** The graph that the keyboard navigates, with the positions of its drawn nodes. */
export interface WalkedGraph {
  readonly adjacency: Adjacency;
  readonly position: (key: string) => Point | undefined;
  readonly keys: readonly string[];
}

export type WalkStep = "up" | "down" | "left" | "right";

export interface KeyboardWalk {
  /** The node that an arrow key leads to, or undefined if there is none in that direction. */
  readonly step: (graph: WalkedGraph, at: string, step: WalkStep) => string | undefined;
}

/**
 * Navigation along the edges. Down goes to the first argument, or to the one last visited; up goes back to the
 * node that the user came from, else to a node that uses this one; left and right go to the siblings.
 */
export function createKeyboardWalk(): KeyboardWalk {
  /** For each node, the node above from which it was reached, and the node below that was visited last. */
  const cameFrom = new Map<string, string>();
  const wentTo = new Map<string, string>();

  const down = (graph: WalkedGraph, at: string): string | undefined => {
    const all = drawnKeys(
      graph,
      graph.adjacency.outgoing(at).map(({ to }) => to),
    );
    const again = wentTo.get(at);
    return again !== undefined && all.includes(again) ? again : all[0];
  };
  const up = (graph: WalkedGraph, at: string): string | undefined => {
    const all = drawnKeys(
      graph,
      graph.adjacency.incoming(at).map(({ from }) => from),
    );
    const back = cameFrom.get(at);
    return back !== undefined && all.includes(back) ? back : all[0];
  };

  return {
    step: (graph, at, step) => {
      if (step === "down" || step === "up") {
        const to = step === "down" ? down(graph, at) : up(graph, at);
        if (to === undefined) return undefined;
        const [above, below] = step === "down" ? [at, to] : [to, at];
        cameFrom.set(below, above);
        wentTo.set(above, below);
        return to;
      }
      const above = up(graph, at);
      const siblings =
        above === undefined
          ? []
          : drawnKeys(
              graph,
              graph.adjacency.outgoing(above).map(({ to }) => to),
            );
      const to = nearestBeside(graph, at, siblings, step) ?? nearestBeside(graph, at, graph.keys, step, 8);
      if (to !== undefined && above !== undefined && siblings.includes(to)) {
        cameFrom.set(to, above);
        wentTo.set(above, to);
      }
      return to;
    },
  };
}

function drawnKeys({ position }: WalkedGraph, keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => position(key) !== undefined);
}

/** The nearest of `keys` to one side of a node; `within` limits the vertical distance in pixels. */
function nearestBeside(
  graph: WalkedGraph,
  at: string,
  keys: readonly string[],
  side: "left" | "right",
  within = Infinity,
): string | undefined {
  const here = graph.position(at);
  if (!here) return undefined;
  let best: string | undefined;
  let leastDistance = Infinity;
  for (const key of keys) {
    const there = graph.position(key);
    if (key === at || !there || Math.abs(there.y - here.y) > within) continue;
    const ahead = side === "right" ? there.x - here.x : here.x - there.x;
    // Nodes in one column are ordered from top to bottom.
    const distance = ahead === 0 ? (side === "right" ? there.y - here.y : here.y - there.y) * 1e-6 : ahead;
    if (distance > 0 && distance < leastDistance) [best, leastDistance] = [key, distance];
  }
  return best;
}
