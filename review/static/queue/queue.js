// The queue by keyboard (j, k, n, /, x), and ticking many calls at once. All works without it too.

import { keysAreOn } from "../keymap.js";

const rows = [...document.querySelectorAll(".queue tbody tr")];
const boxes = rows.map((row) => row.querySelector(".tick input")).filter(Boolean);
const bar = document.getElementById("assign");
const all = document.getElementById("tick-all");
let last = -1;

document.documentElement.classList.add("js");
if (all) all.hidden = false;

function here() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const at = here();
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next]?.querySelector(".open").focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

function count() {
  if (!bar) return;
  const ticked = boxes.filter((box) => box.checked).length;
  bar.classList.toggle("some", ticked > 0);
  document.getElementById("ticked").textContent = ticked === 1 ? "1 call ticked" : `${ticked} calls ticked`;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  count();
});

boxes.forEach((box, index) => {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last >= 0) {
      const [from, to] = [Math.min(last, index), Math.max(last, index)];
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = index;
    count();
  });
});
count();

function isTyping(element) {
  return element.matches("textarea, select, input:not([type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !keysAreOn()) return;
  if (document.querySelector("dialog[open]")) return;
  const actions = {
    j: () => go(1),
    k: () => go(-1),
    n: () => document.getElementById("review-next").form.requestSubmit(),
    "/": () => document.getElementById("search").focus(),
    x: () => boxes[here()]?.click(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// What is not filled in does not belong in the address.
document.querySelector(".filter-form").addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
