// ECMA-48: CSI sequences, OSC and other control strings ended by BEL or ST, and two-character escapes.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** Removes terminal escape sequences (colours, cursor movement, titles). */
export function stripAnsi(text: string): string {
  return text.includes("\u001b") ? text.replace(escapes, "") : text;
}
