/* Sorting, filtering and the choice of language. Texts of the page are moved, never made into HTML. */
"use strict";
(function () {
  const RANK = { poor: 0, doubtful: 1, unknown: 2, good: 3 };
  const all = (selector, within) => [...(within || document).querySelectorAll(selector)];

  function speak(language) {
    for (const section of all("[data-section]")) { section.hidden = section.dataset.section !== language; }
    for (const button of all("[data-language]")) { button.setAttribute("aria-pressed", String(button.dataset.language === language)); }
    document.documentElement.lang = language;
  }

  function value(row, column, kind) {
    const cell = row.cells[column];
    if (kind === "light") { return RANK[row.dataset.light]; }
    if (kind === "number") { return cell.dataset.order === "" ? null : Number(cell.dataset.order); }
    return cell.textContent;
  }

  /* Unknown values stand last in both directions. */
  function sort(table, head, column) {
    const kind = head.dataset.sort, down = head.getAttribute("aria-sort") === "ascending";
    for (const other of all("[aria-sort]", table)) { other.setAttribute("aria-sort", "none"); }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0], keyed = [...body.rows].map((row) => [value(row, column, kind), row]);
    keyed.sort(function ([a], [b]) {
      if (a === null || b === null) { return (a === null) - (b === null); }
      const order = kind === "text" ? a.localeCompare(b, document.documentElement.lang, { numeric: true }) : a - b;
      return down ? -order : order;
    });
    body.append(...keyed.map(([, row]) => row));
  }

  for (const section of all("[data-section]")) {
    const table = section.querySelector("table.communities"), form = section.querySelector("form.choose");
    const find = form.querySelector("[data-find]"), light = form.querySelector("[data-light]"), shown = form.querySelector("[data-shown]");
    all("[data-sort]", table).forEach(function (head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, head, column));
    });
    const filter = function () {
      const wanted = find.value.trim().toLowerCase();
      let count = 0;
      for (const row of table.tBodies[0].rows) {
        const fits = (!light.value || row.dataset.light === light.value) && row.cells[0].textContent.toLowerCase().includes(wanted);
        row.hidden = !fits;
        count += fits;
      }
      shown.textContent = shown.dataset.shown.replace("{n}", count);
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    find.addEventListener("input", filter);
    light.addEventListener("change", filter);
    filter();
  }

  const folded = () => all("details");
  window.addEventListener("beforeprint", function () { for (const each of folded()) { each.dataset.was = each.open; each.open = true; } });
  window.addEventListener("afterprint", function () { for (const each of folded()) { each.open = each.dataset.was === "true"; } });

  const buttons = all("[data-language]");
  if (buttons.length) {
    buttons[0].parentElement.hidden = false;
    for (const button of buttons) { button.addEventListener("click", () => speak(button.dataset.language)); }
    speak(buttons[0].dataset.language);
  }
})();
