// The form above the panel, which is Gradio's: tells at a field what is wrong with it, and mends what
// Gradio leaves undone for the keyboard. Comes before training.js in the same function body.

const card = document.querySelector("#training");

// ---- a setting that can't be ----------------------------------------------------------------

function fieldOf(setting) {
  return document.querySelector(setting === "recipe" ? "#recipe" : "#setting-" + setting.replace("_", "-"));
}

function clearRefusals() {
  for (const sentence of card.querySelectorAll(".field-error")) sentence.remove();
  for (const input of card.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

let toldAt = 0;
function showRefusal(refused) {
  if (!refused) clearRefusals();
  if (!refused || refused.at === toldAt) return;
  toldAt = refused.at;
  clearRefusals();
  const field = fieldOf(refused.name);
  openAdvanced(field);
  const sentence = document.createElement("p");
  sentence.className = "field-error";
  sentence.id = "field-error";
  sentence.textContent = refused.sentence;
  field.append(sentence);
  const input = field.querySelector("input, textarea");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", sentence.id);
  requestAnimationFrame(() => { // then Advanced is open
    input.focus();
    field.scrollIntoView({ block: "nearest" });
  });
  input.addEventListener("input", clearRefusals, { once: true });
}

// ---- Advanced -------------------------------------------------------------------------------

const opener = () => document.querySelector("#advanced > button, #advanced .label-wrap");

function openAdvanced(field) {
  const button = opener();
  if (button && !button.classList.contains("open") && field.closest("#advanced")) button.click();
}

function showWhetherOpen() {
  const button = opener();
  if (button) button.setAttribute("aria-expanded", button.classList.contains("open"));
}

// ---- the focus ------------------------------------------------------------------------------

// A button that goes once it is clicked would take the focus along. Once Gradio has shown what came
// of the click, one button after the other, the focus goes to the first that there is.
const NEXT = ["keep", "back", "stop", "retrain"];
let clicked = false;
let clickedFromAfar = false; // in the strip; who clicks there goes on drawing
card.addEventListener("click", ({ target, isTrusted }) => {
  if (target.closest(".run-strip")) return; // it has clicked one of them in turn
  clicked = Boolean(target.closest(".controls button"));
  clickedFromAfar = !isTrusted;
});
for (const begun of ["pointerdown", "keydown"]) {
  document.addEventListener(begun, () => { clicked = false; }, true);
}

function isThere(button) {
  return Boolean(button) && !button.disabled && button.checkVisibility({ visibilityProperty: true });
}

function keepFocus() {
  const held = document.activeElement;
  if (!clicked || (held !== document.body && isThere(held))) return;
  const next = NEXT.map((id) => document.getElementById(id)).find(isThere);
  if (next) next.focus({ preventScroll: clickedFromAfar });
}

// ---- lists ----------------------------------------------------------------------------------

// A list closes when it loses the focus, but Gradio opens it again at any key, Tab too.
card.addEventListener("keydown", (event) => {
  if (event.key === "Tab" && event.target.role === "combobox") event.stopPropagation();
}, true);

new MutationObserver(() => {
  showWhetherOpen();
  if (!strip.hidden) showStripButtons();
  keepFocus();
}).observe(card, { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "disabled"] });
showWhetherOpen();
