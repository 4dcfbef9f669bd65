// What a screen reader is told of a training, in the one place that it listens to: each step once, in
// order, and each note. Comes before training.js in the same function body.

const spoken = element.querySelector(".run-spoken");
const PARTS = 4; // a training is told in so many

let before = null; // {step, part, notedAt}: what was told last; nothing of what was there before the page
function speak(value) {
  const now = { ...stepOf(value), notedAt: value.note_at };
  const isNewNote = before !== null && now.notedAt !== before.notedAt;
  const sentence = before === null ? "" : sentenceOf(before, now, value);
  before = now;
  const said = [sentence, isNewNote ? value.note : ""].filter(Boolean).join(" ");
  if (said) spoken.replaceChildren(said); // a new node is told, even if its text is the old one
}

function stepOf({ state, line, percent, result, comparison, queue_position: place }) {
  if (state === "training") return { step: "training", part: Math.floor(percent * PARTS / 100) };
  return { step: comparison ? "decide" : place > 0 ? line : result || state, part: 0 };
}

function sentenceOf(last, { step, part }, value) {
  if (last.step === step && last.part === part) return "";
  if (value.comparison) return withValues(texts.finished, { verdict: value.comparison.verdict, result: value.result });
  if (value.queue_position > 0) return value.line;
  if (value.state === "starting") return texts.starts;
  if (value.state === "training") {
    const begun = last.step === "training" || last.step === "starting";
    if (part === 0) return begun ? "" : texts.starts;
    return part < PARTS ? withValues(texts.part_done, { percent: percent(part * 100 / PARTS) }) : "";
  }
  if (value.state === "evaluating") return value.line + ".";
  return value.result;
}
