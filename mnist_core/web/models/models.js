// Shows the models. Gradio calls this once, after cards.js, as the body of a function
// of (element, trigger, props, server, upload, watch). The words come from the server.

const list = element.querySelector(".model-rows");
const count = element.querySelector(".model-count");

// In the visitor's own time zone, as the header of a weight file has UTC.
function when(created) {
  const time = new Date(created);
  const options = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" };
  return isNaN(time) ? "" : time.toLocaleString("en-US", options);
}

function makeRow({ id }) {
  const row = { id, item: make("li", "model"), model: null };
  row.name = make("span", "model-name");
  row.field = make("input", "model-field");
  row.field.maxLength = props.longest_name;
  row.field.hidden = true;
  row.facts = make("dl", "model-facts");
  for (const name of [texts.trained, texts.recipe, texts.right, texts.size]) {
    const pair = make("div");
    pair.append(make("dt", "", name), make("dd"));
    row.facts.append(pair);
  }
  row.use = makeButton(texts.use, "tool small", () => send({ do: "use", id }));
  row.compare = makeButton(texts.compare, "tool small", () => {
    send({ do: "compare", id: row.model.second ? null : id });
  });
  row.rename = makeButton(texts.rename, "tool small", () => startRenaming(row));
  row.download = makeButton(texts.download, "tool small", () => send({ do: "download", id }));
  row.remove = makeButton(texts.delete, "tool small", () => ask(row, true));
  row.question = make("span", "model-question");
  row.no = makeButton(texts.no, "tool small", () => {
    ask(row, false);
    row.remove.focus();
  });
  row.question.append(
    make("span", "", texts.ask),
    makeButton(texts.yes, "tool small danger", () => {
      ask(row, false);
      focusBeside(row.item, ".tool:not([hidden])", count);
      send({ do: "delete", id });
    }),
    row.no,
  );
  row.question.setAttribute("role", "group");
  row.question.hidden = true;
  row.question.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // else it would clear the pad
    row.no.click();
  });
  row.field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") endRenaming(row, true);
    else if (event.key === "Escape") endRenaming(row, false);
    else return;
    event.preventDefault();
    row.rename.focus();
  });
  row.field.addEventListener("blur", () => endRenaming(row, true));
  const head = make("div", "model-head");
  row.badge = make("span", "model-badge", texts.in_use);
  head.append(row.name, row.field, row.badge);
  const tools = make("div", "model-tools");
  tools.append(row.use, row.compare, row.rename, row.download, row.remove, row.question);
  row.item.append(head, row.facts, tools);
  return row;
}

function startRenaming(row) {
  row.field.value = row.model.name;
  row.field.hidden = false;
  row.name.hidden = true;
  row.field.focus();
  row.field.select();
}

function endRenaming(row, wanted) {
  if (row.field.hidden) return;
  const name = row.field.value.trim();
  row.field.hidden = true;
  row.name.hidden = false;
  if (wanted && name && name !== row.model.name) send({ do: "rename", id: row.id, name });
}

function ask(row, asking) {
  row.question.hidden = !asking;
  row.remove.hidden = asking || row.model.built_in;
  if (asking) row.no.focus();
}

function showRow(row, model) {
  row.model = model;
  setText(row.name, model.name);
  [when(model.created), model.recipe, model.accuracy, model.size].forEach((text, k) => {
    setText(row.facts.children[k].lastChild, text);
    row.facts.children[k].hidden = !text;
  });
  row.item.classList.toggle("in-use", model.in_use);
  row.badge.hidden = !model.in_use;
  const isLeft = model.in_use && [row.use, row.compare].includes(document.activeElement);
  row.use.hidden = row.compare.hidden = model.in_use;
  if (isLeft) row.download.focus();
  row.compare.setAttribute("aria-pressed", model.second);
  row.rename.hidden = model.built_in;
  row.remove.hidden = model.built_in || !row.question.hidden;
  row.field.setAttribute("aria-label", withValues(texts.new_name, { model: model.name }));
  row.question.setAttribute("aria-label", withValues(texts.ask_of, { model: model.name }));
  for (const button of [row.use, row.compare, row.rename, row.download, row.remove]) {
    const named = { action: button.textContent, model: model.name };
    button.setAttribute("aria-label", withValues(texts.with_name, named));
  }
}

function show() {
  if (!props.value || !props.value.items || !takeList(props.value)) return;
  const models = JSON.parse(JSON.stringify(props.value.items)); // rows keep them
  showRows(list, models, makeRow, showRow);
  const words = ["", texts.one][models.length]; // none until it is known who looks
  setText(count, words ?? withValues(texts.many, { count: models.length }));
}

watch("value", show);
show();
