import { NodeElement, make } from "./element.js";
import { ask, captures } from "./store.js";

const site = new URL("../", import.meta.url);
const most = 12;
const states = { error: "upload failed", uploading: "uploading" };
const json = { "Content-Type": "application/json" };

/** `<ipfs-gallery count="12">`: the newest captures, here or elsewhere, each with its CID and its pin. */
export class IpfsGallery extends NodeElement {
  #said = make("p", { role: "status" });

  connectedCallback() {
    this.follow(captures, (answer) => this.#draw(answer));
  }

  #draw({ data, error }) {
    if (error) return this.show(error.message, () => [make("p", { class: "bad", role: "status" }, `Captures: ${error.message}`)]);
    const count = Math.max(1, Math.min(100, Number(this.getAttribute("count")) || most));
    const shown = (data.captures ?? []).slice(0, count);
    this.show(shown, () => shown.length === 0
      ? [make("p", {}, "No captures yet."), this.#said]
      : [make("ul", {}, ...shown.map((capture) => this.#tile(capture))), this.#said]);
  }

  #tile(capture) {
    const { name, path, id, ipfs = {} } = capture;
    const link = new URL(`captures/${encodeURIComponent(path ?? name)}`, site);
    return make("li", {},
      make("a", { href: link, "data-key": `open ${id}` },
        make("img", { src: id ? new URL(`api/frames/${id}/preview`, site) : link, alt: name, loading: "lazy" })),
      make("div", { class: "row" }, make("span", {}, name),
        make("span", {}, ipfs.synced ? "safe elsewhere" : states[ipfs.status] ?? "only here"),
        ipfs.cid ? make("button", {
          type: "button",
          "data-key": `pin ${id}`,
          "aria-label": `${ipfs.pinned ? "Unpin" : "Pin"} ${name}`,
          click: (event) => this.#turn(event.currentTarget, ipfs.cid, ipfs.pinned !== true),
        }, ipfs.pinned ? "Unpin" : "Pin") : null),
      make("cid-display", { cid: ipfs.cid ?? null }));
  }

  async #turn(button, cid, pin) {
    button.disabled = true;
    try {
      await (pin
        ? ask("ipfs/pins", { method: "POST", headers: json, body: JSON.stringify({ cid, recursive: true }) })
        : ask(`ipfs/pins/${encodeURIComponent(cid)}`, { method: "DELETE" }));
      this.#said.textContent = pin ? "Pinned." : "Not pinned any more.";
    } catch (error) {
      this.#said.replaceChildren(...(error.status === 401
        ? [make("a", { href: new URL("wanda/login", site) }, "Log in"), " to change pins."]
        : [error.message]));
    }
    button.disabled = false;
    captures.refresh();
  }
}
