// One script tag puts the node's elements into a page:
//   <script type="module" src="/wanda/components.js"></script>
// With data-strip it adds a line at the page's end as well, for pages that are not to be changed.
import { CidDisplay } from "./cid-display.js";
import { make } from "./element.js";
import { IpfsGallery } from "./ipfs-gallery.js";
import { IpfsStatus } from "./ipfs-status.js";
import { SyncIndicator } from "./sync-indicator.js";

for (const [name, element] of Object.entries({
  "cid-display": CidDisplay,
  "ipfs-gallery": IpfsGallery,
  "ipfs-status": IpfsStatus,
  "sync-indicator": SyncIndicator,
})) {
  if (!customElements.get(name)) customElements.define(name, element);
}

// A module does not know its own tag.
if (document.querySelector("script[data-strip][src*='/wanda/components.js']")) {
  const strip = make("section", { "aria-label": "Node" }, make("ipfs-status"), make("sync-indicator"));
  Object.assign(strip.style, { display: "flex", flexWrap: "wrap", gap: "0.4em 1.5em", padding: "0.4em 1em" });
  document.body.append(strip);
}
