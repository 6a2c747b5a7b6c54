import { NodeElement, make } from "./element.js";
import { captures, session, uploads } from "./store.js";

/** `<sync-indicator>`: what is under way to other machines, what waits for it, and what went wrong. */
export class SyncIndicator extends NodeElement {
  #answers = {};

  connectedCallback() {
    for (const [name, question] of Object.entries({ session, captures, uploads })) {
      this.follow(question, (answer) => {
        this.#answers[name] = answer;
        this.#draw();
      });
    }
  }

  #draw() {
    const { session: run, captures: list } = this.#answers;
    const sending = this.#answers.uploads?.data?.uploads ?? [];
    const ipfs = run?.data?.ipfs;
    const all = list?.data?.captures ?? [];
    const count = (state) => all.filter((capture) => capture.ipfs?.status === state).length;
    const failed = count("error");
    const waiting = ipfs?.images_pending ?? count("queued") + count("uploading");
    const percent = ipfs?.upload_progress_percent;
    // Older sessions may wait still: what is not asked for is not claimed.
    const of = ipfs ? "of the newest session" : "of the newest captures";
    const silent = Boolean(list?.error && !ipfs);
    const words = !list ? "Uploads: asking"
      : silent ? "Uploads: the node does not answer"
      : failed > 0 ? `${failed} upload${failed === 1 ? "" : "s"} failed`
      : waiting > 0 ? `${waiting} waiting for upload, ${of}`
      : all.length === 0 && !ipfs?.images_uploaded ? "Nothing to upload" : `All uploaded ${of}`;
    const bad = failed > 0 || silent;
    const shows = waiting > 0 && typeof percent === "number";
    this.show([words, bad, shows && percent, sending], () => [
      make("div", { class: "row" },
        make("span", { role: "status", class: bad ? "bad" : "" }, words),
        shows ? bar(percent, "Uploaded of this session") : null),
      ...sending.map((upload) => make("div", { class: "row" },
        make("span", {}, `${upload.file} to ${upload.destination}: ${upload.percent} %`),
        bar(upload.percent, `Uploaded of ${upload.file} to ${upload.destination}`)))]);
  }
}

function bar(percent, label) {
  return make("progress", { max: "100", value: `${clamp(percent)}`, "aria-label": label });
}

function clamp(percent) {
  return Math.max(0, Math.min(100, percent));
}
