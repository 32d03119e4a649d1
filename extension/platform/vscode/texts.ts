/** Imported by the entry before everything that shows something: sets the language. */
import * as vscode from "vscode";
import { useTexts } from "../l10n.ts";

useTexts(vscode.l10n.bundle);
