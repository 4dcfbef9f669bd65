// Shows a reading. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after reading.html is in the page. What
// common.js, symbols.js and chips.js define stands above it in the same body.
// The words come from the server; here they only find their place. What goes to the server is the
// right digit of a misread drawing, `correction`, with the `parts` of it where it has several digits,
// or that one is taken back, `undo`; and a new `serial`.
//
// Three things come here by themselves, in any order: what the pad says of its drawing, readings, and
// what the server says of corrections. A correction is about the drawing that is on the pad, whether
// it has been read or not.

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const SPEAK_AFTER = 700; // ms without a change before a screen reader is told

const section = element.querySelector("#reading");
const answer = element.querySelector(".reading-answer");
const note = element.querySelector(".reading-note");
const spoken = element.querySelector(".reading-spoken");
const other = element.querySelector(".reading-other");
const savedLine = element.querySelector(".reading-saved");
const undoButton = element.querySelector("#undo-correction");
const correctRow = element.querySelector(".reading-correct");
const correctWords = element.querySelector(".correct-words");
const chipRow = element.querySelector(".reading-chips");
const seen = element.querySelector("#seen");

function makeBar(parent, label, shortName) {
  const row = make("div", "bar");
  const name = make("span", "bar-digit", shortName);
  const meter = make("div", "bar-track");
  for (const [attribute, value] of Object.entries({
    role: "meter", "aria-label": label,
    "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0,
  })) meter.setAttribute(attribute, value);
  const [fill, second] = [make("div", "bar-fill"), make("div", "bar-other")];
  meter.append(fill, second);
  const number = make("span", "bar-percent");
  name.ariaHidden = number.ariaHidden = "true";
  row.append(name, meter, number);
  parent.append(row);
  return { row, name, meter, fill, second, number };
}

const probabilities = element.querySelector("#probabilities");
const bars = DIGITS.map((digit) => makeBar(probabilities, withValues(texts.digit, { digit }), digit));
const noDigitBar = makeBar(element.querySelector("#no-digit"), texts.not_a_digit, texts.none);

const choices = DIGITS.map((digit) => {
  const button = makeButton(digit, "choice", () => correct(Number(digit)));
  button.dataset.digit = digit;
  button.setAttribute("aria-keyshortcuts", digit);
  element.querySelector("#correct").append(button);
  return button;
});

let newest = props.value; // reading
let onPad = { number: 0, isDrawing: true }; // the number of what lies there; not so for a picture
const savedOf = new Map(); // what the server said of the latest correction of it, by its parts
let choice = null; // {drawing, index} of the symbol that was chosen last

function isRead() {
  return !(newest.drawing < onPad.number);
}

function isOffline() {
  return isServerGone() && !isRead();
}

function isNumber() {
  return newest.digits.length > 1;
}

// Of a number the parts of the chosen digit; a correction of all else is about the whole drawing.
function meantParts() {
  return isNumber() ? newest.digits[chosenOf(newest, choice)].parts : null;
}

function savedNow() {
  return savedOf.get(String(meantParts())) || null;
}

function isCorrectable() {
  if (!onPad.isDrawing || !newest.correctable || isOffline()) return false;
  return !isRead() || newest.state !== "blank";
}

// Serials grow over a reload, too, as the server tells by them which of two labels is the newer.
let serial = 0;
let asked = 0; // number of the drawing that was asked about last, and what is meant of it
let askedParts = null;
function ask(command) {
  serial = Math.max(serial + 1, Date.now());
  [asked, askedParts] = [onPad.number, meantParts()];
  props.value = { ...command, serial };
  trigger("input");
}

function correct(digit) {
  document.dispatchEvent(new Event("correcting"));
  const saved = savedNow();
  if (!isCorrectable() || (saved && saved.label === digit)) return;
  ask({ correction: digit, parts: meantParts() });
}

undoButton.addEventListener("click", () => {
  const { id, before, label } = savedNow();
  choices[label].focus(); // this button goes
  ask({ undo: id, before });
});

// One drawing may have got another label in the card of corrections, or have been removed there.
document.addEventListener("corrections-shown", ({ detail }) => {
  for (const [parts, { id, label }] of savedOf) {
    if (id && detail.get(id) !== label) savedOf.delete(parts);
  }
  showCorrection();
});

// A key that stands for itself anywhere would be pressed by accident, and by those who speak.
document.addEventListener("keydown", (event) => {
  if (!/^[0-9]$/.test(event.key) || !isForPage(event) || !isCorrectable()) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (!target.closest("#digit-pad, #reading")) return;
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
    bars[digit].meter.setAttribute("aria-label", named ? name : withValues(texts.digit, { digit }));
    choices[digit].setAttribute("aria-label", withValues(texts.it_is, { name }));
    choices[digit].title = named ? name : "";
  });
}

const showChips = makeChips(chipRow, (index) => {
  choice = { drawing: newest.drawing, index };
  showSymbol();
  showCorrection();
});

function showBar({ row, meter, fill, second, number }, share, otherShare, isLikely) {
  row.classList.toggle("likely", isLikely);
  meter.setAttribute("aria-valuenow", Math.round(share * 1000) / 10);
  fill.style.transform = "scaleX(" + share + ")";
  second.style.transform = "scaleX(" + otherShare + ")";
  setText(number, percentText(share));
}

// Show the bars and the picture of the symbol that is chosen, and tell the pad where it is.
function showSymbol() {
  const value = isOffline() ? props.offline : newest;
  const chosen = chosenOf(value, choice);
  const symbol = value.digits[chosen] || NO_SYMBOL;
  const same = value.other && sameOf(symbol, value.other.digits);
  section.dataset.shown = bestDigit(symbol);
  setHidden(chipRow, value.digits.length < 2);
  showChips(chipRow.hidden ? [] : value.digits, chosen);
  section.classList.toggle("compared", Boolean(same));
  [...bars, noDigitBar].forEach((bar, place) => {
    const isLikely = symbol.candidates.includes(place) || (place === 10 && symbol.state === "not-a-digit");
    showBar(bar, symbol.shares[place], same ? same.shares[place] : 0, isLikely);
  });
  paintInk(seen, symbol.ink);
  const symbols = value.digits.map(({ box, parts }, index) => ({ box, parts, isChosen: index === chosen }));
  document.dispatchEvent(new CustomEvent("symbols-shown", { detail: { drawing: value.drawing, symbols, answer: shortAnswer(value) } }));
}

let timer = 0;
function show() {
  const value = isOffline() ? props.offline : newest;
  section.dataset.drawing = newest.drawing;
  section.dataset.state = value.state;
  section.dataset.digit = value.digit === null ? "none" : value.digit;
  section.dataset.number = value.number === null ? "none" : value.number;
  section.classList.toggle("several", value.digits.length > 1);
  section.classList.toggle("refused", value.refused);
  setText(answer, value.answer);
  setText(note, value.note);
  showNames(value.names || DIGITS);
  section.style.setProperty("--length", value.answer.length);
  setHidden(other, !value.other);
  if (value.other) other.textContent = withValues(texts.other_model, { model: value.other.name, answer: value.other.answer });
  showSymbol();
  clearTimeout(timer);
  timer = setTimeout(() => {
    const compared = value.other ? " " + other.textContent + "." : "";
    spoken.textContent = value.spoken + compared;
  }, SPEAK_AFTER);
}

function showCorrection() {
  const isOpen = isCorrectable();
  const saved = savedNow();
  correctRow.classList.toggle("off", !isOpen);
  setText(correctWords, isNumber() ? texts.chosen_wrong : texts.wrong);
  const label = saved ? saved.label : null;
  choices.forEach((button, digit) => {
    button.disabled = !isOpen;
    button.setAttribute("aria-pressed", digit === label);
  });
  correctRow.classList.toggle("answered", Boolean(saved));
  setHidden(undoButton, !saved || !saved.id);
  setText(savedLine, saved ? saved.text : "");
}

function showAll() {
  show();
  showCorrection();
}

document.addEventListener("drawing-changed", ({ detail }) => {
  if (detail.number !== onPad.number) savedOf.clear();
  onPad = detail;
  if (isOffline()) show();
  showCorrection();
});

// Readings come from Gradio's events and from the pad's own requests.
function take(reading) {
  if (reading.drawing < newest.drawing) return;
  newest = reading;
  showAll();
}
document.addEventListener("digit-read", ({ detail }) => take(detail));
document.addEventListener("digit-refused", ({ detail: { drawing, sentence } }) => {
  const note = sentence || props.refusal.note;
  take({ ...props.refusal, drawing, note, spoken: props.refusal.answer + ". " + note });
});
watch("value", () => {
  const value = props.value || {};
  if (value.saved) {
    if (value.saved.serial !== serial) return; // a newer one is under way
    const { text } = value.saved;
    if (asked === onPad.number) savedOf.set(String(askedParts), value.saved);
    else savedOf.set(String(meantParts()), { text, label: null, id: null });
    showCorrection();
  } else if (value.probabilities) take(value);
});
document.addEventListener("server-gone", showAll);
showAll();
document.dispatchEvent(new Event("reading-ready"));
