/** Sets the language. The entry imports this module before every module with texts. */
import * as vscode from "vscode";
import { setTexts } from "../../protocol/l10n.ts";

setTexts(vscode.l10n.bundle);
