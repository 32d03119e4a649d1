/** Calls back for the key of a search, Ctrl+F or Cmd+F, wherever in the page the keyboard is. */
export function onFind(find: () => void): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "f") return;
    event.preventDefault();
    // VS Code takes what comes further, and would search in the editor too.
    event.stopImmediatePropagation();
    find();
  });
}
