import { createDesk, type Layout, type Wanted } from "./layoutDesk.ts";
import type { Placement } from "./request.ts";
import { t } from "../../extension/platform/l10n.ts";

export interface Layouts {
  /** Positions for a graph; never rejects. The last call wins: those before it are outdated. */
  readonly layout: (task: Wanted, limitMs: number) => Promise<Layout>;
  /** Ends the layout that is waited for. */
  readonly cancel: () => void;
  /**
   * Makes layouts that may be wanted next, one after the other, so that they are there at once when
   * they are. Takes the place of what was given before; ends when another layout is wanted.
   */
  readonly ahead: (tasks: Iterator<Wanted>) => void;
}

/** Graphs whose layout is kept: one goes to and fro between them, and between the targets. */
const remembered = 40;
/** For a layout that nobody has asked for yet. */
const aheadMs = 5000;

/**
 * Layouts by workers, whose script is at the address given and is loaded with the first layout. A
 * webview may start workers from blobs only.
 * https://code.visualstudio.com/api/extension-guides/webview#using-web-workers
 */
export function createLayouts(address: string): Layouts {
  let script: Promise<string> | undefined;
  const load = (): Promise<string> =>
    (script ??= scriptFrom(address).catch((error: unknown) => {
      script = undefined;
      throw error;
    }));
  const desk = createDesk(load);
  // What is laid out ahead must not keep the other waiting, nor cost it its loaded Graphviz.
  const spare = createDesk(load);
  const known = new Map<string, Placement>();
  let next: Iterator<Wanted> | undefined;
  let busyAhead = false;

  const run = async (on: typeof desk, wanted: Wanted, limitMs: number): Promise<Layout> => {
    const layout = await on.run(wanted, limitMs);
    if (layout.kind !== "placed") return layout;
    const [oldest] = known.keys();
    if (known.size >= remembered && oldest !== undefined) known.delete(oldest);
    known.set(wanted.dot, layout.placement);
    return layout;
  };

  const workAhead = async (): Promise<void> => {
    busyAhead = true;
    for (let step = next?.next(); step && step.done !== true; step = next?.next()) {
      if (known.has(step.value.dot)) continue;
      const { kind } = await run(spare, step.value, aheadMs);
      // Outdated, it goes on with what was given meanwhile, if anything was.
      if (kind === "late" || kind === "failed") break;
    }
    next = undefined;
    busyAhead = false;
    spare.close();
  };

  return {
    layout: async (wanted, limitMs) => {
      desk.stop({ kind: "outdated" });
      const placement = known.get(wanted.dot);
      if (placement) {
        // Used last, forgotten last.
        known.delete(wanted.dot);
        known.set(wanted.dot, placement);
        return { kind: "placed", placement };
      }
      next = undefined;
      spare.stop({ kind: "outdated" });
      return run(desk, wanted, limitMs);
    },
    cancel: () => desk.stop({ kind: "cancelled" }),
    ahead: (tasks) => {
      next = tasks;
      if (!busyAhead) void workAhead();
    },
  };
}

async function scriptFrom(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(t("The layout could not be loaded ({0}).", answer.status));
  return URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
}
