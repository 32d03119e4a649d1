type Child = Node | string;

/** Creates an element with attributes and children. Strings become text nodes, never markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * The focused element inside `inside`, or undefined. Also undefined while another part of the window has the
 * focus: the page still has its own active element then, and focusing its replacement would take the focus
 * away from an editor.
 */
export function focusedIn(inside: Element): Element | undefined {
  const { activeElement } = document;
  return document.hasFocus() && activeElement && inside.contains(activeElement) ? activeElement : undefined;
}

const svg = "http://www.w3.org/2000/svg";

/** Creates an SVG element with attributes and children. */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A 16×16 icon of one path in the colour of the surrounding text, hidden from screen readers. */
export function icon(path: string): SVGElement {
  const drawing = svgElement("svg", {
    class: "icon",
    viewBox: "0 0 16 16",
    "aria-hidden": "true",
    focusable: "false",
  });
  drawing.append(svgElement("path", { d: path }));
  return drawing;
}
