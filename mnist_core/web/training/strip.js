// What is known of a training where its panel is out of sight: the tab's title, a strip at the bottom
// of the window, and the event that tells other cards. Comes after live.js and before training.js in
// the same function body.

const strip = element.querySelector(".run-strip");
// Each stands for a button of the card, and is there while that one is.
const stripButtons = ["stop", "keep", "back"].map((id) => ({ id, button: strip.querySelector(".strip-" + id) }));

let latest = { active: false, comparison: null, percent: 0, queue_position: 0, teaches: false, cancel: "" };
let isBarSeen = true;
let isPanelSeen = true;

function wordOfRun() {
  return latest.queue_position > 0 ? texts.waiting_short : percent(Math.floor(latest.percent));
}

function showInStrip() {
  const { comparison } = latest;
  setHidden(strip, comparison ? isPanelSeen : !latest.active || isBarSeen);
  if (strip.hidden) return;
  strip.classList.toggle("deciding", Boolean(comparison));
  const both = withValues(texts.both_short, { used: usedDigit() || "–", learning: learning || "–" });
  const shares = comparison && comparison.numbers.map(({ name, share }) => name + " " + share).join(" · ");
  setText(strip.querySelector(".strip-percent"), comparison ? comparison.verdict : wordOfRun());
  setText(strip.querySelector(".strip-digits"), shares || (learning === null ? "" : both));
  strip.querySelector(".strip-level").style.transform = "scaleX(" + latest.percent / 100 + ")";
  showStripButtons();
}

function showStripButtons() {
  for (const { id, button } of stripButtons) {
    const original = document.getElementById(id);
    setHidden(button, !original || original.disabled || (id === "stop") === Boolean(latest.comparison));
    if (button.hidden) continue;
    setText(button, original.textContent.trim());
    button.classList.toggle("primary", original.classList.contains("primary"));
  }
}

let plainTitle = null; // Gradio sets it before a run is seen
function showInTitle() {
  if (plainTitle === null && !latest.active) return;
  if (plainTitle === null) plainTitle = document.title;
  const known = latest.active && !isServerGone();
  document.title = known ? wordOfRun() + " · " + plainTitle : plainTitle;
}

function showFromAfar(value) {
  latest = value;
  showInStrip();
  showInTitle();
  const done = latest.queue_position > 0 ? null : wordOfRun();
  const detail = { teaches: latest.active && latest.teaches, done };
  document.dispatchEvent(new CustomEvent("training-shown", { detail }));
}

for (const { id, button } of stripButtons) {
  button.addEventListener("click", () => document.getElementById(id).click());
}

new IntersectionObserver(([...seen]) => {
  isPanelSeen = seen.at(-1).isIntersecting;
  showInStrip();
}, { rootMargin: "0px 0px -120px 0px" }).observe(element.querySelector(".run"));

// Under the strip the bar is not seen, either.
new IntersectionObserver(([...seen]) => {
  isBarSeen = seen.at(-1).isIntersecting;
  showInStrip();
}, { rootMargin: "0px 0px -64px 0px" }).observe(element.querySelector("#progress"));
