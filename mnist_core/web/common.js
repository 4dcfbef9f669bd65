// What the page's scripts share; comes first in the same function body as each of them.

// As connection.js has found out.
function isServerGone() {
  return document.documentElement.dataset.server === "gone";
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Paint base64 of 28×28 bytes: white ink on black, as in MNIST, in either theme.
function paintInk(canvas, ink) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  const bytes = atob(ink);
  for (let i = 0; i < 28 * 28; i++) {
    const level = bytes.charCodeAt(i) || 0;
    image.data.set([level, level, level, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
