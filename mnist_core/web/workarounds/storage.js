// In the page's head, so that it runs before Gradio's own scripts.
//
// A browser may refuse to keep anything for a page: in a frame of another site, in a private window,
// where its owner has forbidden it. Then the mere name `localStorage` throws, Gradio 6.31.0 breaks
// off while it puts the page together, and nothing is ever shown. Here what is refused gets a
// stand-in that remembers for as long as the page is open. The root's `data-storage="refused"` tells
// of it. `test_gradio_by_itself_shows_nothing_where_storage_is_refused` tells when this can go.
{
  class Memory {
    #items;
    constructor(items) { this.#items = new Map(items); }
    get length() { return this.#items.size; }
    key(index) { return [...this.#items.keys()][index] ?? null; }
    getItem(key) { return this.#items.get(String(key)) ?? null; }
    setItem(key, value) { this.#items.set(String(key), String(value)); }
    removeItem(key) { this.#items.delete(String(key)); }
    clear() { this.#items.clear(); }
  }

  function isKept(name) {
    try {
      window[name].setItem("draw-a-digit-test", "1");
      window[name].removeItem("draw-a-digit-test");
      return true;
    } catch (error) {
      return false;
    }
  }

  function readable(name) {
    try {
      return Object.entries(window[name]); // a full storage can still be read
    } catch (error) {
      return [];
    }
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    if (isKept(name)) continue;
    Object.defineProperty(window, name, { value: new Memory(readable(name)), configurable: true });
    if (name === "localStorage") document.documentElement.dataset.storage = "refused";
  }
}
