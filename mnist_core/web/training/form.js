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
  const sentence = make("p", "field-error", refused.sentence);
  sentence.id = "field-error";
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

// A button that goes would take the focus along. The focus then goes to the one of these that stands
// out, or else the first that there is, and on to a better one: Gradio shows what came of a click one
// button after the other.
const NEXT = ["keep", "back", "stop", "retrain"];
let left = null; // the button of a run that has or had the focus, or was clicked
let given = null; // what has got the focus in its place
let isFar = false; // who was elsewhere, as with the strip, stays there
function follow(button, isElsewhere) {
  [left, given, isFar] = [button, null, isElsewhere];
}
document.addEventListener("focusin", ({ target }) => {
  if (target !== given) follow(target.closest("#training .controls button, #teach"), false);
});
document.addEventListener("pointerdown", () => follow(null, false), true);
document.addEventListener("click", ({ target, isTrusted, detail }) => {
  const button = target.closest("#training .controls button, #teach");
  if (button) follow(button, !isTrusted || (button.id === "teach" && detail > 0));
});

function isThere(button) {
  return Boolean(button) && !button.disabled && button.checkVisibility({ visibilityProperty: true });
}

function keepFocus() {
  const held = document.activeElement;
  if (!left || (held !== given && (isThere(left) || (held !== document.body && isThere(held))))) return;
  const there = NEXT.map((id) => document.getElementById(id)).filter(isThere);
  const next = there.find((button) => button.classList.contains("primary")) || there[0];
  if (!next || next === held) return;
  given = next;
  next.focus({ preventScroll: isFar });
}

// ---- lists ----------------------------------------------------------------------------------

// A list closes when it loses the focus, but Gradio opens it again at any key, Tab too. Once Enter has
// chosen, Gradio lets the focus fall, and would open the list when it comes back.
card.addEventListener("keydown", (event) => {
  const box = event.target;
  if (box.role !== "combobox") return;
  if (event.key === "Tab") event.stopPropagation();
  if (event.key === "Enter") setTimeout(() => takeBackFocus(box));
}, true);

function takeBackFocus(box) {
  if (document.activeElement !== document.body) return;
  const hide = (event) => event.stopPropagation();
  card.addEventListener("focus", hide, { capture: true, once: true });
  box.focus();
}

new MutationObserver(() => {
  showWhetherOpen();
  if (!strip.hidden) showStripButtons();
  keepFocus();
}).observe(card, { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "disabled"] });
showWhetherOpen();
