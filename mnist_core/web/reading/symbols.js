// What is said of one symbol, a digit or a piece that is none, and which of several is chosen.
// Knows no page; comes after common.js.

const NO_SYMBOL = { shares: Array(11).fill(0), candidates: [], ink: btoa("\0".repeat(28 * 28)) };

// Say a share of one in whole percent, but never a certainty that is not there.
function percentText(share) {
  return share >= 0.995 ? withValues(texts.more_than, { percent: percent(99) }) : percent(Math.min(Math.round(100 * share), 99));
}

// Which symbol of a reading is shown: the one chosen for the same drawing, or else the reading's own.
function chosenOf({ drawing, digits, shown }, choice) {
  const isOfIt = choice && choice.drawing === drawing && choice.index < digits.length;
  return isOfIt ? choice.index : shown;
}

// How a second model reads the same symbol; null where it takes the drawing apart in another way.
function sameOf(symbol, others) {
  return others.find(({ box }) => String(box) === String(symbol.box)) || null;
}

// The digit that a symbol most likely is; "?" where it is none, as its best would mislead, "" for nothing.
function bestDigit({ state, candidates }) {
  if (state === "not-a-digit") return "?";
  return candidates.length > 0 ? String(candidates[0]) : "";
}

// What a chip shows under what the network saw, and what it is called.
function chipText({ state, digit, candidates, sure_short }) {
  if (state === "not-a-digit") return texts.no_digit;
  if (state === "unsure") {
    const [first, last] = candidates;
    return withValues(texts.chip_unsure, { digits: withValues(texts.or, { first, last }) });
  }
  return withValues(texts.chip_short, { digit, percent: sure_short });
}

function chipName(symbol, index, count) {
  const { state, digit, sure } = symbol;
  const read = state === "sure" ? withValues(texts.chip_sure, { digit, percent: sure }) : chipText(symbol);
  return withValues(texts.chip, { place: index + 1, count, read });
}

// All that was read in a few letters; "" for nothing.
function shortAnswer({ state, digits, answer }) {
  if (digits.length === 0) return "";
  return state === "not-a-digit" && digits.length === 1 ? texts.no_digit : answer;
}
