import { escapeRegExp } from "../platform/escapeRegExp.ts";

/** Private data to remove from a report, in addition to what looks like a secret. */
export interface PrivateData {
  /** Absolute paths and their replacements, such as the home folder and `~`. */
  readonly paths: readonly { readonly path: string; readonly replacement: string }[];
  /** Words and their replacements, such as the names of the user and of the computer. */
  readonly words: readonly { readonly word: string; readonly replacement: string }[];
}

const removed = "[removed]";

/** Matches names of options, settings and variables whose values are secret. */
const secretNames =
  "[\\w.-]{0,64}(?:pass(?:w(?:or)?d|phrase|code|(?!\\w))|pwd|secret|token|keys?(?![a-z])|seed|credential|sig(?:nature)?(?!\\w))[\\w.-]{0,64}";
const value = String.raw`("[^"\n]*"|'[^'\n]*'|[^\s,;&)}\]]+)`;

const secrets: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    `${removed} private key`,
  ],
  // User and password in a URL.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,256}@/gi, `$1${removed}@`],
  [/\b((?:authorization|cookie)"?\s{0,3}[:=]\s{0,3})[^\n]+/gi, `$1${removed}`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/g, `$1 ${removed}`],
  // Tokens with a well-known prefix.
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|sk-[\w-]{20,}|AIza[\w-]{30,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16})/g,
    removed,
  ],
  // JSON Web Tokens. Only at the start of a word, because otherwise a long word is searched again from every `eyJ-`.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, removed],
  [new RegExp(`(?<![\\w.-])("?${secretNames}"?\\s{0,3}[=:]\\s{0,3})${value}`, "gi"), `$1${removed}`],
  // An option followed by its value as a separate word.
  [new RegExp(`(?<![\\w.-])(--?${secretNames} )${value}`, "gi"), `$1${removed}`],
  // Home folders contain user names.
  [
    /(?<![\w.])((?:\/mnt\/[a-z])?\/(?:home|Users)\/|[a-z]:[\\/]{1,2}Users[\\/]{1,2})[^\\/\s"':;,)<>]+/gi,
    "$1<user>",
  ],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g, `${removed} address`],
];

/**
 * Removes secrets, private paths and words from a text. Longer paths are replaced before their parents, with either
 * kind of slash. The user must still review the result before it is sent.
 */
export function redact(text: string, { paths, words }: PrivateData): string {
  let result = text;
  const ordered = paths
    .filter(({ path }) => path.length > 1)
    .toSorted((a, b) => b.path.length - a.path.length);
  for (const { path, replacement } of ordered) {
    for (const form of new Set([
      path,
      path.replaceAll("\\", "/"),
      path.replaceAll("\\", "\\\\"),
      encodeURI(path),
    ])) {
      result = result.replace(
        new RegExp(`${escapeRegExp(form)}(?![\\w-])`, /^[A-Za-z]:/.test(form) ? "gi" : "g"),
        () => replacement,
      );
    }
  }
  for (const [pattern, replacement] of secrets) result = result.replace(pattern, replacement);
  // Names of one or two letters are too common as words.
  for (const { word, replacement } of words.filter((entry) => entry.word.length > 2)) {
    result = result.replace(
      new RegExp(`(?<![\\w-])${escapeRegExp(word)}(?![\\w-])`, "gi"),
      () => replacement,
    );
  }
  return result;
}
