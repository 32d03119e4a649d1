/** What must not be read in a report, beyond what looks like a secret anywhere. */
export interface Private {
  /** Absolute paths and what stands for each, such as the home folder and `~`. */
  readonly paths: readonly { readonly path: string; readonly instead: string }[];
  /** Such as the names of the user and of the computer. */
  readonly words: readonly { readonly word: string; readonly instead: string }[];
}

const hidden = "[removed]";

/** Names of options, settings and variables whose values are nobody's business. */
const secretNames =
  "[\\w.-]{0,64}(?:pass(?:w(?:or)?d|phrase|code|(?!\\w))|pwd|secret|token|keys?(?![a-z])|seed|credential|sig(?:nature)?(?!\\w))[\\w.-]{0,64}";
const value = String.raw`("[^"\n]*"|'[^'\n]*'|[^\s,;&)}\]]+)`;

const secrets: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    `${hidden} private key`,
  ],
  // The user and password of an address.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,256}@/gi, `$1${hidden}@`],
  [/\b((?:authorization|cookie)"?\s{0,3}[:=]\s{0,3})[^\n]+/gi, `$1${hidden}`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/g, `$1 ${hidden}`],
  // Tokens that tell by their first letters whose they are.
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|sk-[\w-]{20,}|AIza[\w-]{30,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16})/g,
    hidden,
  ],
  // Only where a word begins: from every `eyJ-` of a long one the search would go to its end.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, hidden],
  [new RegExp(`(?<![\\w.-])("?${secretNames}"?\\s{0,3}[=:]\\s{0,3})${value}`, "gi"), `$1${hidden}`],
  // An option and its value as two words.
  [new RegExp(`(?<![\\w.-])(--?${secretNames} )${value}`, "gi"), `$1${hidden}`],
  // Home folders are named after people.
  [
    /(?<![\w.])((?:\/mnt\/[a-z])?\/(?:home|Users)\/|[a-z]:[\\/]{1,2}Users[\\/]{1,2})[^\\/\s"':;,)<>]+/gi,
    "$1<user>",
  ],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g, `${hidden} address`],
];

/**
 * The text without secrets, private paths and words. Longer paths are replaced before those they begin
 * with, with either kind of slash. What is left is for a person to read before it goes anywhere.
 */
export function redacted(text: string, { paths, words }: Private): string {
  let result = text;
  const ordered = paths
    .filter(({ path }) => path.length > 1)
    .toSorted((a, b) => b.path.length - a.path.length);
  for (const { path, instead } of ordered) {
    for (const form of new Set([
      path,
      path.replaceAll("\\", "/"),
      path.replaceAll("\\", "\\\\"),
      encodeURI(path),
    ])) {
      result = result.replace(
        new RegExp(`${escaped(form)}(?![\\w-])`, /^[A-Za-z]:/.test(form) ? "gi" : "g"),
        () => instead,
      );
    }
  }
  for (const [pattern, instead] of secrets) result = result.replace(pattern, instead);
  // A name of one or two letters would be found in half of all words.
  for (const { word, instead } of words.filter((entry) => entry.word.length > 2)) {
    result = result.replace(new RegExp(`(?<![\\w-])${escaped(word)}(?![\\w-])`, "gi"), () => instead);
  }
  return result;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
