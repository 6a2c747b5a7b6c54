import { NodeElement, make } from "./element.js";

const site = new URL("../", import.meta.url);

/** `<cid-display cid="bafy...">`: a CID to copy, to open through this node, and to scan. */
export class CidDisplay extends NodeElement {
  static observedAttributes = ["cid"];

  connectedCallback() {
    this.#draw();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw();
  }

  #draw() {
    const cid = this.getAttribute("cid");
    this.show(cid, () => (cid ? this.#content(cid) : [make("span", {}, "no CID yet")]));
  }

  #content(cid) {
    const code = make("code", {}, cid);
    const said = make("span", { role: "status" });
    const picture = make("div");
    const copy = make("button", { type: "button", "data-key": "copy", click: () => this.#copy(code, said) }, "Copy");
    const show = make("button", {
      type: "button",
      "data-key": "qr",
      "aria-expanded": "false",
      click: () => this.#scan(show, picture, cid),
    }, "QR");
    return [code, make("div", { class: "row" },
      copy,
      make("a", { href: new URL(`ipfs/${encodeURIComponent(cid)}`, site), "data-key": "open" }, "Open"),
      make("a", { href: `ipfs://${encodeURIComponent(cid)}`, "data-key": "ipfs" }, "ipfs://"),
      show, said), picture];
  }

  async #copy(code, said) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "Copied";
    } catch {
      // Without https a browser gives no clipboard: select the text, so that it takes one key.
      getSelection().selectAllChildren(code);
      said.textContent = "Selected: copy it with your keyboard";
    }
  }

  #scan(button, place, cid) {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", `${open}`);
    place.replaceChildren(...(open
      ? [make("img", {
        class: "qr",
        alt: `QR code of this node's link to ${cid}`,
        src: new URL(`api/ipfs/qr/${encodeURIComponent(cid)}`, site),
      })]
      : []));
  }
}
