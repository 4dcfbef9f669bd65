// In the page's head. The outline goes as soon as what it stands for is there.
document.addEventListener("DOMContentLoaded", () => {
  const shell = document.getElementById("shell");
  if (!shell) return;
  const observer = new MutationObserver(removeShell);
  observer.observe(document.querySelector("gradio-app"), { childList: true, subtree: true });
  removeShell();

  function removeShell() {
    if (!document.querySelector("#probabilities [role=meter]")) return;
    observer.disconnect();
    shell.remove();
  }
});
