// Wall mode begins and ends; wall.css does the rest. Gradio calls this once, as the body of a function
// of (element, trigger, props, server, upload, watch), after wall.html is in the page; common.js stands
// above it.

const page = element.closest(".gradio-container");
const desk = page.querySelector("#desk"); // marked, too: in media queries Gradio confines styles to within
const corner = element.querySelector("#wall-corner");
const code = element.querySelector("#wall-code");
const words = element.querySelector("#wall-address");
const begin = element.querySelector("#wall-button");
const leave = element.querySelector("#wall-leave");

const isOn = () => !corner.hidden;

async function showAddress() {
  let found = { address: "", code: null };
  try {
    const response = await fetch("address");
    if (response.ok) found = await response.json();
  } catch (error) {
    // the page says by itself that its server is gone
  }
  code.hidden = found.code === null;
  if (found.code !== null) code.src = found.code;
  setText(words, found.address ?? texts.no_code);
}

async function enter() {
  corner.hidden = false;
  page.classList.add("wall");
  desk.dataset.wall = "";
  leave.focus();
  showAddress();
  try {
    await document.documentElement.requestFullscreen();
    // It may have been left before it had come.
    if (!isOn()) await document.exitFullscreen();
  } catch (error) {
    // not allowed here, or not known: the window will do
  }
}

function end() {
  corner.hidden = true;
  page.classList.remove("wall");
  delete desk.dataset.wall;
  begin.focus();
  if (document.fullscreenElement) document.exitFullscreen();
}

begin.addEventListener("click", enter);
leave.addEventListener("click", end);
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && isOn()) end(); // the browser's own way out
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "f" || event.shiftKey || !isForPage(event)) return;
  event.preventDefault();
  isOn() ? end() : enter();
});
// Before the pad, which Esc would empty.
window.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isOn() || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  end();
}, { capture: true });
