// Shows the models. Gradio calls this once, after cards.js, as the body of a function
// of (element, trigger, props, server, upload, watch). The words come from the server.

const list = element.querySelector(".model-rows");
const rows = new Map(); // id -> row

function makeRow(id) {
  const row = { id, item: make("li", "model"), model: null };
  row.name = make("span", "model-name");
  row.field = make("input", "model-field");
  row.field.maxLength = props.longest_name;
  row.field.hidden = true;
  row.facts = make("dl", "model-facts");
  for (const name of ["Date", "Recipe", "Test images right", "Size"]) {
    const pair = make("div");
    pair.append(make("dt", "", name), make("dd"));
    row.facts.append(pair);
  }
  row.use = makeButton("Use", "tool small", () => send({ do: "use", id }));
  row.compare = makeButton("Compare", "tool small", () => {
    send({ do: "compare", id: row.model.second ? null : id });
  });
  row.rename = makeButton("Rename", "tool small", () => startRenaming(row));
  row.download = makeButton("Download", "tool small", () => send({ do: "download", id }));
  row.remove = makeButton("Delete", "tool small", () => ask(row, true));
  row.question = make("span", "model-question");
  row.no = makeButton("No", "tool small", () => {
    ask(row, false);
    row.remove.focus();
  });
  row.question.append(
    make("span", "", "Delete?"),
    makeButton("Yes", "tool small danger", () => {
      ask(row, false);
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
  row.badge = make("span", "model-badge", "in use");
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
  row.remove.hidden = asking || row.model.shipped;
  if (asking) row.no.focus();
}

function showRow(row, model) {
  row.model = model;
  setText(row.name, model.name);
  [model.date, model.recipe, model.accuracy, model.size].forEach((text, k) => {
    setText(row.facts.children[k].lastChild, text);
  });
  row.item.classList.toggle("in-use", model.in_use);
  row.badge.hidden = !model.in_use;
  row.use.disabled = model.in_use;
  row.compare.disabled = model.in_use;
  row.compare.setAttribute("aria-pressed", model.second);
  row.rename.hidden = model.shipped;
  row.remove.hidden = model.shipped || !row.question.hidden;
  row.field.setAttribute("aria-label", "New name of " + model.name);
  row.question.setAttribute("aria-label", "Delete " + model.name + "?");
  for (const button of [row.use, row.compare, row.rename, row.download, row.remove]) {
    button.setAttribute("aria-label", button.textContent + " " + model.name);
  }
}

function show() {
  const value = props.value;
  if (!value || !value.models) return;
  const models = JSON.parse(JSON.stringify(value.models));
  const kept = new Set(models.map(({ id }) => id));
  for (const [id, { item }] of rows) {
    if (!kept.has(id)) {
      item.remove();
      rows.delete(id);
    }
  }
  models.forEach((model, i) => {
    if (!rows.has(model.id)) rows.set(model.id, makeRow(model.id));
    const row = rows.get(model.id);
    if (list.children[i] !== row.item) list.insertBefore(row.item, list.children[i] || null);
    showRow(row, model);
  });
  setText(element.querySelector(".model-count"), models.length === 1 ? "1 model" : models.length + " models");
  say(value.note, value.failed);
  save(value.file);
}

watch("value", show);
show();
