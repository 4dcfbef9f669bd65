// What is known of a training where its panel is out of sight: the tab's title, a strip at the bottom
// of the window, and the event that tells other cards. Comes after live.js and before training.js in the same function body.

const strip = element.querySelector(".run-strip");
const stripStop = strip.querySelector(".strip-stop");

let latest = { active: false, percent: 0, queue_position: 0, teaches: false, cancel: "" };
let isBarSeen = true;

function wordOfRun() {
  return latest.queue_position > 0 ? texts.waiting_short : percent(Math.floor(latest.percent));
}

function showInStrip() {
  setHidden(strip, !latest.active || isBarSeen);
  if (strip.hidden) return;
  setText(strip.querySelector(".strip-percent"), wordOfRun());
  const both = withValues(texts.both_short, { used: usedDigit() || "–", learning: learning || "–" });
  setText(strip.querySelector(".strip-digits"), learning === null ? "" : both);
  strip.querySelector(".strip-level").style.transform = "scaleX(" + latest.percent / 100 + ")";
  setText(stripStop, latest.cancel);
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

stripStop.addEventListener("click", () => document.querySelector("#stop").click());

// Under the strip the bar is not seen, either.
new IntersectionObserver(([...seen]) => {
  isBarSeen = seen.at(-1).isIntersecting;
  showInStrip();
}, { rootMargin: "0px 0px -64px 0px" }).observe(element.querySelector("#progress"));
