/** A float as OCaml writes it: `1.`, `1e+20`, `nan`, `neg_infinity`; the shortest text that reads as the same float. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "infinity" : "neg_infinity";
  if (Object.is(value, -0)) return "-0.";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\b": "\\b",
};

const decimal = (byte: number): string => `\\${String(byte).padStart(3, "0")}`;

/** The content of a string literal. Text in UTF-8 is shown as such; every other byte is escaped as OCaml does. */
export function escapeBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  if (!text.includes("�")) {
    return text.replace(
      // eslint-disable-next-line no-control-regex
      /["\\\u0000-\u001f\u007f-\u009f]/g,
      (each) => escapes[each] ?? [...Buffer.from(each)].map(decimal).join(""),
    );
  }
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return escapes[character] ?? (byte >= 0x20 && byte < 0x7f ? character : decimal(byte));
    })
    .join("");
}

/** A character literal with its quotes. */
export function charLiteral(code: number): string {
  if (code === 39) return "'\\''";
  if (code === 34) return "'\"'";
  return `'${escapeBytes(Uint8Array.of(code))}'`;
}

/** Bytes as hexadecimal digits in groups of four bytes. */
export function hexBytes(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    groups.push(Buffer.from(bytes.subarray(at, at + 4)).toString("hex"));
  }
  return groups.join(" ");
}

/** The value that OCaml's compiler gives to the tag of a polymorphic variant, in 31 bits. */
export function variantHash(tag: string): bigint {
  let hash = 0;
  for (const byte of Buffer.from(tag)) hash = (hash * 223 + byte) % 2 ** 31;
  return BigInt(hash > 0x3fffffff ? hash - 2 ** 31 : hash);
}
