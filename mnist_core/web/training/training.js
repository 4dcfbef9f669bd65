// Shows how a training goes. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after training.html is in the page.
// `model_changed` is triggered when another model has come into use, so that the page can have
// the drawing read again; `run_changed` as look.js says. What common.js and the other scripts of this
// room define stands above it in the same body.

const root = element.querySelector(".run");
const bar = element.querySelector("#progress");
const fill = element.querySelector(".run-fill");
const done = element.querySelector(".run-percent");
const line = element.querySelector(".run-line");
const facts = element.querySelector(".run-facts");
const result = element.querySelector("#result");
const note = element.querySelector(".run-note");
const model = element.querySelector(".run-model");
const lost = element.querySelector(".run-lost");

function showFacts(pairs) {
  while (facts.children.length > pairs.length) facts.lastChild.remove();
  pairs.forEach(([name, value], i) => {
    if (!facts.children[i]) {
      const pair = make("div");
      pair.append(make("dt"), make("dd"));
      facts.append(pair);
    }
    setText(facts.children[i].firstChild, name);
    setText(facts.children[i].lastChild, value);
  });
}

// Where it is to be decided, the decision comes first.
const course = element.querySelector(".run-course");
let isDeciding = false;
function showCourse(comparison) {
  if (isDeciding !== Boolean(comparison)) course.open = !comparison;
  isDeciding = Boolean(comparison);
}

let modelId = null;
function show(value) {
  if (!value || !value.state) return;
  root.dataset.state = value.state;
  bar.setAttribute("aria-valuenow", value.percent);
  bar.setAttribute("aria-valuetext", value.line || percent(value.percent));
  fill.style.transform = "scaleX(" + value.percent / 100 + ")";
  setText(done, percent(Math.floor(value.percent)));
  setText(line, value.line);
  showFacts(value.facts);
  setText(result, value.result);
  result.classList.toggle("failed", value.failed);
  if (value.note || !value.active) {
    setText(note, value.note);
    note.classList.toggle("failed", value.note_failed);
  }
  showRefusal(value.setting);
  setText(model, value.model);
  showCurves(value.curves);
  showDrawing(value.drawing);
  showSamples(value.samples);
  showFromAfar(value);
  showCourse(value.comparison);
  showComparison(value.comparison);
  speak(value);
  if (modelId !== null && modelId !== value.model_id) trigger("model_changed");
  modelId = value.model_id;
}

// While the server is gone, what stands here is old, and no button would do anything.
function showConnection() {
  const isGone = isServerGone();
  root.classList.toggle("lost", isGone);
  setText(lost, isGone ? texts.lost : "");
  showInTitle();
  const parts = "#training .controls, .run-strip, #advanced, #handwriting, #models";
  for (const part of document.querySelectorAll(parts)) part.inert = isGone;
}
document.addEventListener("server-gone", showConnection);
document.addEventListener("server-back", showConnection);

let updates = 0; // that Gradio has made
function update() {
  updates += 1;
  show(props.value);
  lookSoon();
}
watch("value", update);
update();
showConnection();
