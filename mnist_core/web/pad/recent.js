// The drawings that lay on the pad before, newest first: {text, answer} each, the text as in link.js
// and the answer how it was read, or "". Knows no page.

const MOST_RECENT = 10;

// Put a drawing in front; one that is there already moves.
function withRecent(recent, text, answer) {
  const before = recent.find((each) => each.text === text);
  const others = recent.filter((each) => each !== before);
  return [{ text, answer: answer || (before ? before.answer : "") }, ...others].slice(0, MOST_RECENT);
}

// Read them from where a tab keeps them; what is no drawing is left out.
function recentOf(json, limits) {
  try {
    return JSON.parse(json)
      .filter(({ text, answer }) => drawingOfText(text, limits) && typeof answer === "string")
      .slice(0, MOST_RECENT);
  } catch (error) {
    return [];
  }
}
