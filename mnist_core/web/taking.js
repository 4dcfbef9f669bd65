// Ways to take something away from the page; comes after common.js where it is needed.

// The older way, for pages that came over plain HTTP, and for some frames.
function copyByCommand(text, focused) {
  const field = document.createElement("textarea");
  field.value = text;
  focused.after(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused.focus();
  return isCopied;
}

// Copy a text at the click of a button; say whether the browser has let it.
async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    return copyByCommand(text, button);
  }
}

function saveFile(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
