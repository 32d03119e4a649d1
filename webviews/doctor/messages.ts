import { either, flag, list, nothing, object, text, word, type Shaped } from "../kit/shape.ts";

/** What mends a line; a command line is shown before it is used. */
const isMend = object({ title: text, commandLine: either(text, nothing) });

const isLine = object({
  section: word("environment", "tools", "targets"),
  id: text,
  title: text,
  status: word("ready", "limited", "old", "unknown", "missing"),
  detail: text,
  essential: flag,
  mend: either(isMend, nothing),
});

const isView = either(
  /** `subject`: whose tools these are, such as `hello`. */
  object({ kind: word("checking"), subject: text }),
  object({ kind: word("report"), subject: text, lines: list(isLine) }),
  /** `actions`: titles of what the user can do about it. */
  object({ kind: word("restricted", "failed"), message: text, actions: list(text) }),
);

export type DoctorLineView = Shaped<typeof isLine>;
/** What the panel shows. */
export type DoctorView = Shaped<typeof isView>;

/** From the extension. */
export const isToPanel = object({ kind: word("show"), view: isView });
export type ToPanel = Shaped<typeof isToPanel>;

/** From the panel. A line is mended by its id, an action taken by its title: the panel chooses no command. */
export const isFromPanel = either(
  /** The page is loaded and wants to be told what to show. */
  object({ kind: word("loaded") }),
  object({ kind: word("check") }),
  /** These two are answered with a text: words for the user about what was done. */
  object({ kind: word("copy") }),
  object({ kind: word("mend"), id: text }),
  object({ kind: word("act"), title: text }),
);
export type FromPanel = Shaped<typeof isFromPanel>;

/** What the panel keeps for its next page. */
export const isKept = object({ view: isView });
