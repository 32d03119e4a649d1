import type { Span } from "../ocaml/brackets.ts";

/** The replacement of a part of a text. Offsets are in UTF-16 units. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A part of the text: of the original between two offsets, or inserted. */
type Piece = { readonly start: number; readonly end: number } | { readonly inserted: string };

/**
 * A text that several rules edit one after another, each seeing what the ones before it made. `edits()`
 * returns what changed against the original, so that unchanged parts keep their cursors and history.
 */
export class EditedText {
  readonly #original: string;
  #pieces: readonly Piece[];
  #text: string;

  constructor(original: string) {
    this.#original = original;
    this.#text = original;
    this.#pieces = [{ start: 0, end: original.length }];
  }

  get text(): string {
    return this.#text;
  }

  /** Applies edits that do not overlap, with offsets in the current text. Returns whether the text changed. */
  apply(edits: readonly TextEdit[]): boolean {
    const before = this.#text;
    // From the end, so that the offsets of the remaining edits stay valid.
    const fromEnd = edits.toSorted((one, other) => other.span.start - one.span.start);
    for (const { span, text } of fromEnd) {
      const kept = [...this.#slice(0, span.start)];
      const inserted = text === "" ? [] : [{ inserted: text }];
      this.#pieces = [...kept, ...inserted, ...this.#slice(span.end, this.#text.length)];
      this.#text = this.#text.slice(0, span.start) + text + this.#text.slice(span.end);
    }
    return this.#text !== before;
  }

  /** The edits from the original to the current text, in the order of the text. */
  edits(): TextEdit[] {
    const edits: TextEdit[] = [];
    let inserted = "";
    let from = 0;
    const flush = (to: number): void => {
      if (inserted !== this.#original.slice(from, to))
        edits.push({ span: { start: from, end: to }, text: inserted });
      inserted = "";
    };
    for (const piece of this.#pieces) {
      if ("inserted" in piece) {
        inserted += piece.inserted;
        continue;
      }
      if (piece.start > from || inserted !== "") flush(piece.start);
      from = piece.end;
    }
    flush(this.#original.length);
    return edits;
  }

  /** The pieces between two offsets of the current text. */
  *#slice(start: number, end: number): Generator<Piece> {
    let at = 0;
    for (const piece of this.#pieces) {
      const length = "inserted" in piece ? piece.inserted.length : piece.end - piece.start;
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, length)];
      if (from < to) {
        yield "inserted" in piece
          ? { inserted: piece.inserted.slice(from, to) }
          : { start: piece.start + from, end: piece.start + to };
      }
      at += length;
    }
  }
}
