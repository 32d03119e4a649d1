// ECMA-48: CSI sequences, OSC strings ended by BEL or ST, and two-character escapes.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** The text without terminal escape sequences (colours, cursor movement, titles). */
export function stripAnsi(text: string): string {
  return text.includes("\u001b") ? text.replace(escapes, "") : text;
}
