// What the elements have in common: a root of their own, one style, and text that is never taken for markup.
const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: block; font: 0.9rem/1.4 system-ui, sans-serif; color: inherit; }
  :host([hidden]) { display: none; }
  button, a { font: inherit; color: inherit; }
  button { padding: 0.35em 0.7em; min-block-size: 24px; border: 1px solid currentColor; border-radius: 0.3em; }
  button { background: none; cursor: pointer; }
  button:disabled { opacity: 0.5; cursor: default; }
  :focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }
  code { overflow-wrap: anywhere; user-select: all; }
  .row { display: flex; flex-wrap: wrap; gap: 0.4em 1em; align-items: center; }
  .bad { font-weight: 600; }
  .dot { display: inline-block; inline-size: 0.7em; block-size: 0.7em; border-radius: 50%; border: 2px solid currentColor; }
  .dot.on { background: currentColor; }
  progress { inline-size: 10em; max-inline-size: 100%; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1em; }
  ul { grid-template-columns: repeat(auto-fill, minmax(min(14em, 100%), 1fr)); }
  img { display: block; inline-size: 100%; block-size: auto; aspect-ratio: 4 / 3; object-fit: cover; background: #8883; }
  img.qr { inline-size: 12em; aspect-ratio: 1; background: #fff; }
`);

/** Makes an element. Strings among its content are text. */
export function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...content.filter((part) => part !== null && part !== undefined && part !== ""));
  return element;
}

/** An element that shows answers of the node, for as long as it is in the page. */
export class NodeElement extends HTMLElement {
  #ends = [];
  #shown = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [style];
  }

  /**
   * Shows what an answer is made into. One that is the one before leaves everything, and whoever is in it, alone; else the focus stays
   * where it was.
   */
  show(answer, content) {
    const shown = JSON.stringify(answer);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = this.shadowRoot.activeElement?.dataset.key;
    this.shadowRoot.replaceChildren(...content());
    if (focused) this.shadowRoot.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Follows a question while the element is in the page. */
  follow(question, listener) {
    this.#ends.push(question.listen(listener));
  }

  disconnectedCallback() {
    this.#shown = null;
    for (const end of this.#ends.splice(0)) end();
  }
}
