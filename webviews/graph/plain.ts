// Controls, line ends among them, and what turns the direction of writing around.
// oxlint-disable-next-line no-control-regex -- those are what is looked for.
const unseen = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text on one line that shows what it holds: characters that are not seen stand as signs or by their code. */
export function plain(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.charCodeAt(0);
    // https://www.unicode.org/charts/PDF/U2400.pdf
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}
