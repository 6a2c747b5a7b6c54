// Everything else is HTML: this file tells whether the page is live, keeps the tab's title current, and copies CIDs.
const live = document.getElementById("live");

function say(isLive) {
  if (!live) return;
  live.classList.toggle("off", !isLive);
  live.firstElementChild.textContent = isLive ? "live" : "not live: trying again";
}

document.addEventListener("htmx:sse:after:connection", () => say(true));
document.addEventListener("htmx:sse:error", () => say(false));
document.addEventListener("htmx:sse:close", () => say(false));

// The page tells in its title how bad it is; the stream changes the page alone.
const view = document.getElementById("view");
new MutationObserver(() => {
  const title = view.querySelector("[data-title]")?.dataset.title;
  if (title && document.title !== title) document.title = title;
}).observe(view, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-title"] });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    // Without https a browser gives no clipboard: select the text, so that it takes one key.
    const text = button.parentElement.querySelector(".code");
    getSelection().selectAllChildren(text);
    button.textContent = "Selected";
  }
});
