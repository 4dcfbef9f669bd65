// Shows what the model in training makes of things: the visitor's drawing, twelve test images, and
// at the end the model beside the one before. Comes before training.js in the same function
// body. Nodes are made once.

const liveDrawing = element.querySelector(".run-drawing");
const liveBars = Array.from({ length: 10 }, (_, digit) => {
  const [bar, track, level] = [make("div", "live-bar"), make("div"), make("div")];
  track.append(level);
  bar.append(track, make("span", "", digit));
  liveDrawing.querySelector(".live-bars").append(bar);
  return { bar, level };
});

// What the model in use makes of the same ink.
function usedDigit() {
  const reading = document.querySelector("#reading");
  return reading ? reading.dataset.shown : "";
}

let learning = null; // the digit that the model in training reads; "" for none, null without a run
function showBoth() {
  if (learning === null) return;
  const used = usedDigit();
  setText(liveDrawing.querySelector(".used-digit"), used || "–");
  setText(liveDrawing.querySelector(".live-digit"), learning || "–");
  const said = withValues(texts.both_read, { used: used || texts.nothing_yet, learning: learning || texts.nothing_yet });
  liveDrawing.querySelector(".live-row").setAttribute("aria-label", said);
  showInStrip();
}

let watchedReading = null;
function watchReading() {
  const reading = document.querySelector("#reading");
  if (!reading || reading === watchedReading) return;
  watchedReading = reading;
  new MutationObserver(showBoth).observe(reading, { attributeFilter: ["data-shown"] });
}

function showDrawing(drawing) {
  setHidden(liveDrawing, !drawing);
  learning = drawing ? drawing.digit : null;
  if (!drawing) return;
  watchReading();
  showBoth();
  setText(liveDrawing.querySelector(".live-note"), drawing.note);
  liveBars.forEach(({ bar, level }, digit) => {
    const share = drawing.probabilities[digit];
    level.style.transform = "scaleY(" + share + ")";
    bar.classList.toggle("likely", String(digit) === drawing.digit);
  });
}

const samplePart = element.querySelector(".run-samples");
const sampleGrid = element.querySelector(".sample-grid");

function makeSample() {
  const [item, picture, mark] = [make("li"), make("canvas"), make("span")];
  picture.setAttribute("role", "img");
  mark.ariaHidden = "true";
  item.append(picture, mark);
  return item;
}

function drawSample(picture, ink) {
  if (picture.ink === ink) return;
  picture.ink = ink;
  paintInk(picture, ink);
}

function showSamples(samples) {
  setHidden(samplePart, samples.length === 0);
  while (sampleGrid.children.length > samples.length) sampleGrid.lastChild.remove();
  samples.forEach(({ ink, label, read }, i) => {
    const item = sampleGrid.children[i] || sampleGrid.appendChild(makeSample());
    const [picture, mark] = item.children;
    drawSample(picture, ink);
    item.dataset.read = read === null ? "not-yet" : read === label ? "right" : "wrong";
    const words = { "not-yet": label, right: "✓ " + label, wrong: label + " → " + read };
    setText(mark, String(words[item.dataset.read]));
    const said = { "not-yet": texts.image_unread, right: texts.image_right, wrong: texts.image_wrong }[item.dataset.read];
    picture.setAttribute("aria-label", withValues(texts.image, { a_digit: texts["a_" + label], read: withValues(said, { digit: read }) }));
  });
}

const comparisonPart = element.querySelector(".comparison");
const comparisonRows = comparisonPart.querySelector("tbody");
const comparisonNumbers = comparisonPart.querySelector(".comparison-numbers");

function showComparison(comparison) {
  setHidden(comparisonPart, !comparison);
  if (!comparison) return;
  comparisonPart.dataset.tone = comparison.tone;
  setText(comparisonPart.querySelector(".comparison-verdict"), comparison.verdict);
  setText(comparisonPart.querySelector(".comparison-meaning"), comparison.meaning);
  comparison.numbers.forEach(({ name, share, what }, i) => {
    if (!comparisonNumbers.children[i]) {
      const number = make("div");
      number.append(...["name", "share", "what"].map((part) => make("span", "number-" + part)));
      comparisonNumbers.append(number);
    }
    [name, share, what].forEach((text, k) => setText(comparisonNumbers.children[i].children[k], text));
  });
  comparisonPart.querySelector("table").hidden = comparison.rows.length === 0;
  while (comparisonRows.children.length > comparison.rows.length) comparisonRows.lastChild.remove();
  comparison.rows.forEach(({ name, before, after }, i) => {
    if (!comparisonRows.children[i]) {
      const [row, head] = [make("tr"), make("th")];
      head.scope = "row";
      row.append(head, make("td"), make("td"));
      comparisonRows.append(row);
    }
    [name, before, after].forEach((text, k) => setText(comparisonRows.children[i].children[k], text));
  });
}
