/** Sets the language to the translations in the page. A view imports this before all modules that call `t`. */
import { setTexts } from "../../extension/protocol/l10n.ts";

const written = document.getElementById("texts")?.textContent;
if (written) setTexts(JSON.parse(written));
