// Filters what the page already holds: by verdict, and by words. Reads text and sets `hidden`; writes no markup.
"use strict";
(() => {
  const tools = document.getElementById("tools");
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const buttons = [...tools.querySelectorAll("button[data-shows]")];

  const words = (element) => element.textContent.toLowerCase();
  const groups = [...document.querySelectorAll("section.asset")].map((element) => {
    const name = words(element.querySelector(".path"));
    const items = [...element.querySelectorAll("[data-verdict]")].map((item) => {
      return { element: item, verdict: item.dataset.verdict, text: `${name} ${words(item)}` };
    });
    return { element, items, text: words(element) };
  });
  const told = new Map(groups.map((group) => [`#${group.element.id}`, group.text]));
  const rows = [...document.querySelectorAll("table.assets tbody tr")].map((row) => {
    const more = told.get(row.querySelector("a")?.hash) ?? "";
    return { element: row, verdict: row.dataset.verdict, text: `${words(row)} ${more}` };
  });

  function apply() {
    const pressed = buttons.filter((button) => button.getAttribute("aria-pressed") === "true");
    const wanted = new Set(pressed.map((button) => button.dataset.shows));
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = wanted.size === buttons.length;
    const matches = (item) => wanted.has(item.verdict) && asked.every((word) => item.text.includes(word));
    const show = (items) => {
      let count = 0;
      for (const item of items) {
        const visible = matches(item);
        item.element.hidden = !visible;
        count += visible;
      }
      return count;
    };
    let findings = 0;
    for (const group of groups) {
      const count = show(group.items);
      const bare = group.items.length === 0 && all && asked.every((word) => group.text.includes(word));
      group.element.hidden = count === 0 && !bare;
      findings += count;
    }
    const assets = show(rows);
    const total = groups.reduce((sum, group) => sum + group.items.length, 0);
    shown.textContent = `${findings} of ${total} entries, ${assets} of ${rows.length} assets`;
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  search.addEventListener("input", apply);
  tools.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search) {
      search.value = "";
      apply();
    }
  });
  tools.hidden = false;
  apply();
})();
