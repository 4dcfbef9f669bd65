// Gradio 6.31.0 names the browser's language as the page's: who hears the page would hear its English
// words read as German, as test_help_and_wall.py tells.

new MutationObserver(() => {
  if (document.documentElement.lang !== "en") document.documentElement.lang = "en";
}).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
