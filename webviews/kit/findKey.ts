/** Calls `find` on Ctrl+F or Cmd+F, whatever element of the page has the focus. */
export function onFind(find: () => void): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "f") return;
    event.preventDefault();
    // VS Code forwards events that bubble further, and would open the search of the editor too.
    event.stopImmediatePropagation();
    find();
  });
}
