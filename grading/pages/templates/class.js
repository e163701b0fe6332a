"use strict";
// Sorts and filters the tables. All that is on the page is there without it.
const value = (row, column) => {
  const text = row.cells[column].textContent.trim();
  const number = parseFloat(text.replace("−", "-"));
  return Number.isNaN(number) ? text.toLowerCase() : number;
};
const inOrder = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);
const sort = (table, column, button) => {
  const head = button.closest("th"), body = table.tBodies[0];
  const way = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", way < 0 ? "descending" : "ascending");
  const rows = [...body.rows].sort((a, b) => way * inOrder(value(a, column), value(b, column)));
  body.append(...rows);
};
for (const table of document.querySelectorAll("table.sortable, table.map")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (head.querySelector("svg")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, column, button));
    head.append(button);
  });
}
const map = document.getElementById("map");
if (map) {
  const label = document.createElement("label"), input = document.createElement("input");
  input.type = "search";
  label.append("Show only ", input);
  map.parentElement.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of map.tBodies[0].rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
  });
}
