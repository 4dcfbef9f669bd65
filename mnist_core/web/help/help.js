// The help opens and closes. Gradio calls this once, as the body of a function of (element, trigger,
// props, server, upload, watch), after help.html is in the page; common.js stands above it.

const dialog = element.querySelector("#help");

function openHelp() {
  if (!dialog.open) dialog.showModal(); // the browser gives the focus back when it closes
}

element.querySelector("#help-button").addEventListener("click", openHelp);
element.querySelector("#help-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // beside it
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || !isForPage(event)) return;
  event.preventDefault();
  openHelp();
});
// While it is open no key is for the page behind it: Esc would empty the pad.
window.addEventListener("keydown", (event) => {
  if (dialog.open) event.stopImmediatePropagation();
}, { capture: true });
