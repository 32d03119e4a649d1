/** Counts the hits of one breakpoint and says whether to stop at a hit. */
export type HitCounter = () => boolean;

/**
 * Parses a hit condition: `5` and `= 5` stop at the fifth hit, `>= 5`, `> 5`, `<= 5` and `< 5` as they say, and `% 5`
 * at each fifth hit. Returns `undefined` for other text.
 */
export function hitCounter(text: string): HitCounter | undefined {
  const found = /^\s*(>=|>|<=|<|==?|%)?\s*(\d{1,9})\s*$/.exec(text);
  if (!found) return undefined;
  const [, operator = "=", digits] = found;
  const limit = Number(digits);
  if (operator === "%" && limit === 0) return undefined;
  let hits = 0;
  return () => {
    hits += 1;
    switch (operator) {
      case ">=":
        return hits >= limit;
      case ">":
        return hits > limit;
      case "<=":
        return hits <= limit;
      case "<":
        return hits < limit;
      case "%":
        return hits % limit === 0;
      default:
        return hits === limit;
    }
  };
}
