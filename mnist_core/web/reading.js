// Shows a reading. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after reading.html is in the page. What
// common.js defines stands above it in the same body.
// The words come from the server; here they only find their place. What goes to the server is the
// right digit of a misread drawing: the value, with `correction` and a new `serial`.

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const SPEAK_AFTER = 700; // ms without a change before a screen reader is told

const section = element.querySelector("#reading");
const answer = element.querySelector(".reading-answer");
const note = element.querySelector(".reading-note");
const spoken = element.querySelector(".reading-spoken");
const other = element.querySelector(".reading-other");
const saved = element.querySelector(".reading-saved");
const correctRow = element.querySelector(".reading-correct");
const seen = element.querySelector("#seen");

const bars = Array.from({ length: 10 }, (_, digit) => {
  const row = document.createElement("div");
  row.className = "bar";
  const name = document.createElement("span");
  name.className = "bar-digit";
  name.textContent = digit;
  const meter = document.createElement("div");
  meter.className = "bar-track";
  for (const [attribute, value] of Object.entries({
    role: "meter", "aria-label": "Digit " + digit,
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0,
  })) meter.setAttribute(attribute, value);
  const fill = document.createElement("div");
  fill.className = "bar-fill";
  const second = document.createElement("div");
  second.className = "bar-other";
  meter.append(fill, second);
  const percent = document.createElement("span");
  percent.className = "bar-percent";
  name.ariaHidden = percent.ariaHidden = "true";
  row.append(name, meter, percent);
  element.querySelector("#probabilities").append(row);
  return { row, name, meter, fill, second, percent };
});

const choices = DIGITS.map((digit) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "choice";
  button.dataset.digit = button.textContent = digit;
  button.setAttribute("aria-keyshortcuts", digit);
  button.addEventListener("click", () => correct(Number(digit)));
  element.querySelector("#correct").append(button);
  return button;
});

let serial = 0;
let correctable = false;
function correct(digit) {
  if (!correctable) return;
  serial += 1;
  props.value = { ...props.value, correction: digit, serial };
  trigger("input");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = "input, textarea, select, [contenteditable], [role=listbox], [role=dialog]";
  if (!/^[0-9]$/.test(event.key) || !correctable) return;
  if (event.target instanceof Element && event.target.closest(field)) return;
  event.preventDefault();
  correct(Number(event.key));
});

let shownNames = null;
function showNames(names) {
  if (String(names) === shownNames) return;
  shownNames = String(names);
  const named = names !== DIGITS;
  section.classList.toggle("named", named);
  names.forEach((name, digit) => {
    bars[digit].name.textContent = bars[digit].name.title = name;
    bars[digit].meter.setAttribute("aria-label", named ? name : "Digit " + digit);
    choices[digit].setAttribute("aria-label", "It is " + name);
    choices[digit].title = named ? name : "";
  });
}

let timer = 0;
function show(value) {
  if (!value || !value.probabilities) return;
  section.dataset.drawing = value.drawing;
  section.dataset.state = value.state;
  section.dataset.digit = value.digit === null ? "none" : value.digit;
  section.classList.toggle("refused", value.refused);
  setText(answer, value.answer);
  setText(note, value.note);
  showNames(value.names || DIGITS);
  section.classList.toggle("compared", Boolean(value.other));
  other.hidden = !value.other;
  if (value.other) other.textContent = value.other.name + ": " + value.other.answer;
  correctable = value.state !== "blank" && value.correctable !== false;
  correctRow.classList.toggle("off", !correctable);
  for (const button of choices) button.disabled = !correctable;
  setText(saved, value.saved || "");
  bars.forEach(({ row, meter, fill, second, percent }, digit) => {
    const share = 100 * value.probabilities[digit];
    row.classList.toggle("likely", value.candidates.includes(digit));
    meter.setAttribute("aria-valuenow", Math.round(share * 10) / 10);
    fill.style.transform = "scaleX(" + share / 100 + ")";
    const otherShare = value.other ? value.other.probabilities[digit] : 0;
    second.style.transform = "scaleX(" + otherShare + ")";
    setText(percent, Math.round(share) + " %");
  });
  paintInk(seen, value.ink);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const compared = value.other ? " " + other.textContent + "." : "";
    spoken.textContent = value.answer + ". " + value.note + compared;
  }, SPEAK_AFTER);
}

// Readings come from Gradio's events and from the pad's own requests, in any order. Of one that is
// older than what is shown, only the word on a correction is of use.
let newest = props.value;
watch("value", () => {
  const value = props.value;
  if (value && value.drawing < newest.drawing) {
    props.value = newest = { ...newest, saved: value.saved || newest.saved };
  } else newest = value;
  show(newest);
});
document.addEventListener("digit-read", ({ detail }) => {
  if (detail.drawing < newest.drawing) return;
  show(detail); // before the value is set, which takes Gradio a while
  props.value = newest = detail;
});
show(newest);
