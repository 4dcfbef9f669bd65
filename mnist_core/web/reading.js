// Shows a reading. Gradio calls this once, as the body of a function of
// (element, trigger, props, server, upload, watch), after reading.html is in the page.
// The words come from the server; here they only find their place.

const SPEAK_AFTER = 700; // ms without a change before a screen reader is told

const section = element.querySelector("#reading");
const answer = element.querySelector(".reading-answer");
const note = element.querySelector(".reading-note");
const spoken = element.querySelector(".reading-spoken");
const seen = element.querySelector("#seen").getContext("2d");

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
  meter.append(fill);
  const percent = document.createElement("span");
  percent.className = "bar-percent";
  name.ariaHidden = percent.ariaHidden = "true";
  row.append(name, meter, percent);
  element.querySelector("#probabilities").append(row);
  return { row, meter, fill, percent };
});

function showInk(ink) {
  const bytes = atob(ink);
  const image = seen.createImageData(28, 28);
  // White ink on black, as in MNIST, in either theme.
  for (let i = 0; i < 28 * 28; i++) {
    const value = bytes.charCodeAt(i) || 0;
    image.data.set([value, value, value, 255], 4 * i);
  }
  seen.putImageData(image, 0, 0);
}

let timer = 0;
function show() {
  const value = props.value;
  if (!value || !value.probabilities) return;
  section.dataset.state = value.state;
  section.dataset.digit = value.digit === null ? "none" : value.digit;
  section.classList.toggle("refused", value.refused);
  answer.textContent = value.answer;
  note.textContent = value.note;
  bars.forEach(({ row, meter, fill, percent }, digit) => {
    const share = 100 * value.probabilities[digit];
    row.classList.toggle("likely", value.candidates.includes(digit));
    meter.setAttribute("aria-valuenow", Math.round(share * 10) / 10);
    fill.style.transform = "scaleX(" + share / 100 + ")";
    percent.textContent = Math.round(share) + " %";
  });
  showInk(value.ink);
  clearTimeout(timer);
  timer = setTimeout(() => { spoken.textContent = value.answer + ". " + value.note; }, SPEAK_AFTER);
}

watch("value", show);
show();
