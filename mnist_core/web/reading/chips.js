// The chips of a number: a group of radio buttons, one a symbol, of which one is chosen. It takes one
// stop of the Tab key; arrows choose. The elements stay the same from reading to reading, so that none
// loses the focus. Comes after common.js and symbols.js.

// Make chips in a row; gives what shows symbols, of which one is chosen. `choose` is called with a
// symbol's position.
function makeChips(row, choose) {
  const chips = [];
  let count = 0;

  function makeChip(index) {
    const chip = makeButton("", "chip", () => choose(index));
    chip.setAttribute("role", "radio");
    const [ink, text] = [make("canvas"), make("span")];
    ink.ariaHidden = text.ariaHidden = "true";
    chip.append(ink, text);
    chip.addEventListener("keydown", (event) => {
      const next = movedBy(event.key, index, count);
      if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      chips[next].chip.focus();
      choose(next);
    });
    row.append(chip);
    return { chip, ink, text };
  }

  return (symbols, chosen) => {
    count = symbols.length;
    while (chips.length < count) chips.push(makeChip(chips.length));
    chips.forEach(({ chip, ink, text }, index) => {
      const symbol = symbols[index];
      const isChosen = index === chosen;
      setHidden(chip, !symbol);
      chip.tabIndex = isChosen ? 0 : -1;
      chip.setAttribute("aria-checked", isChosen);
      if (!symbol) return;
      chip.dataset.state = symbol.state;
      chip.setAttribute("aria-label", chipName(symbol, index, count));
      setText(text, chipText(symbol));
      paintInk(ink, symbol.ink);
    });
    const chip = count > 0 && chips[chosen].chip;
    if (chip && row.scrollWidth > row.clientWidth) {
      row.scrollLeft = chip.offsetLeft - (row.clientWidth - chip.offsetWidth) / 2;
    }
  };
}
