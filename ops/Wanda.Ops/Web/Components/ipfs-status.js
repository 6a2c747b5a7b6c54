import { NodeElement, make } from "./element.js";
import { stats, status } from "./store.js";

/** `<ipfs-status>`: whether the node answers, how many peers it has, and how much it holds. */
export class IpfsStatus extends NodeElement {
  #status = null;
  #stats = null;

  connectedCallback() {
    this.follow(status, (answer) => this.#draw((this.#status = answer), this.#stats));
    this.follow(stats, (answer) => this.#draw(this.#status, (this.#stats = answer)));
  }

  #draw(node, room) {
    const runs = node?.data?.daemon_running === true;
    const words = !node ? "IPFS: asking" : node.error ? "IPFS: the node does not answer" : runs ? "IPFS runs" : "IPFS does not run";
    const peers = room?.data?.network?.peers_connected;
    const storage = room?.data?.storage;
    const dot = () => make("span", { class: runs ? "dot on" : "dot", "aria-hidden": "true" });
    this.show([words, peers, storage], () => [make("div", { class: "row" },
      make("span", { role: "status", class: node && !runs ? "bad" : "" }, dot(), ` ${words}`),
      typeof peers === "number" ? make("span", {}, `${peers} peer${peers === 1 ? "" : "s"}`) : null,
      storage ? make("span", {}, used(storage)) : null)]);
  }
}

function used(storage) {
  const percent = typeof storage.usage_percent === "number" && storage.storage_max_bytes ? ` (${Math.round(storage.usage_percent)} %)` : "";
  return `${storage.repo_size_human ?? `${storage.repo_size_bytes} bytes`} used${percent}`;
}
