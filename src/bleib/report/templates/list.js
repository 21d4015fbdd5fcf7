"use strict";
(() => {
  const table = document.getElementById("list");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const search = document.getElementById("search");
  const choices = Array.from(document.querySelectorAll("select[data-filter]"));
  const sorter = document.getElementById("sorter");
  const heads = Array.from(table.tHead.rows[0].cells);
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");
  const words = (row) => Array.from(row.querySelectorAll(".who, .why, .do"), (cell) => cell.textContent).join(" ");
  const texts = new Map(rows.map((row) => [row, plain(words(row) + " " + row.dataset.text)]));

  function matches(row, wanted) {
    return wanted.every((word) => texts.get(row).includes(word))
      && choices.every((choice) => !choice.value || row.dataset[choice.dataset.filter] === choice.value.slice(1));
  }

  function show() {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !matches(row, wanted);
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("count").textContent =
      table.dataset.shown.replace("{shown}", shown).replace("{total}", rows.length);
    document.getElementById("nothing").hidden = shown > 0;
  }

  function key(row, column) {
    const value = row.cells[column].dataset.v;
    return heads[column].dataset.kind === "number" ? (value === "" ? NaN : Number(value)) : value;
  }

  function compare(a, b, column, sign) {
    const x = key(a, column), y = key(b, column);
    const missing = (value) => value === "" || Number.isNaN(value);
    if (missing(x) || missing(y)) return missing(x) - missing(y);
    return sign * (typeof x === "number" ? x - y : x.localeCompare(y, document.documentElement.lang, { numeric: true }));
  }

  function sort(column, direction) {
    const sign = direction === "ascending" ? 1 : -1;
    rows.sort((a, b) => compare(a, b, column, sign) || key(a, 0) - key(b, 0));
    body.append(...rows);
    heads.forEach((head, k) => head.setAttribute("aria-sort", k === column ? direction : "none"));
    sorter.value = String(column);
  }

  function first(column) {
    return heads[column].dataset.first || "ascending";
  }

  heads.forEach((head, column) => head.querySelector("button")?.addEventListener("click", () => {
    const now = head.getAttribute("aria-sort");
    sort(column, now === "none" ? first(column) : now === "ascending" ? "descending" : "ascending");
  }));
  sorter.addEventListener("change", () => sort(Number(sorter.value), first(Number(sorter.value))));
  search.addEventListener("input", show);
  choices.forEach((choice) => choice.addEventListener("change", show));
  document.getElementById("reset").addEventListener("click", () => {
    search.value = "";
    choices.forEach((choice) => { choice.value = ""; });
    sort(0, "ascending");
    show();
    search.focus();
  });
  show();
})();
