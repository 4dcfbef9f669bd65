// Sets what the chosen recipe has, except where the visitor has changed what the last one had.
// Gradio calls this whenever a recipe is chosen. It asks no server: an answer on its way would
// overwrite what is typed meanwhile.
//
// offered: what the fields show for each recipe, by its name; first: the recipe chosen at first.
(offered, first, name, ...values) => {
  const menu = document.getElementById("recipe");
  const before = offered[menu.dataset.before || first];
  menu.dataset.before = name;
  return values.map((value, index) => (value === before[index] ? offered[name][index] : value));
}
