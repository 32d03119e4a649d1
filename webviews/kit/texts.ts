/** Imported by a page before everything that shows something: takes the language that came with the page. */
import { useTexts } from "../../extension/platform/l10n.ts";

const written = document.getElementById("texts")?.textContent;
if (written) useTexts(JSON.parse(written));
