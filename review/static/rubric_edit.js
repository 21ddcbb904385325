// The editor of a draft: line numbers, marked lines, jumping to a mistake, unsaved changes.

const text = document.getElementById("content");
const gutter = document.querySelector("[data-gutter]");
const problems = document.getElementById("problems");
const form = document.getElementById("draft");
let unsaved = form.dataset.unsaved === "1";
let leaving = false;

function wrongLines() {
  return new Set([...problems.querySelectorAll("[data-line]")].map((item) => Number(item.dataset.line)));
}

function drawGutter() {
  const count = text.value.split("\n").length;
  while (gutter.childElementCount > count) gutter.lastElementChild.remove();
  for (let line = gutter.childElementCount + 1; line <= count; line += 1) {
    const number = document.createElement("span");
    number.textContent = String(line);
    gutter.append(number);
  }
  markLines();
}

function markLines() {
  const wrong = wrongLines();
  [...gutter.children].forEach((number, at) => number.classList.toggle("wrong", wrong.has(at + 1)));
  gutter.scrollTop = text.scrollTop;
}

function goTo(line, column) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, item) => sum + item.length + 1, 0);
  const at = start + Math.min(column - 1, (lines[line - 1] ?? "").length);
  text.focus();
  text.setSelectionRange(at, at);
  text.scrollTop = Math.max(0, (line - 5) * 18);
  gutter.scrollTop = text.scrollTop;
}

text.addEventListener("input", () => {
  unsaved = true;
  drawGutter();
});
text.addEventListener("scroll", () => {
  gutter.scrollTop = text.scrollTop;
});
problems.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(Number(link.dataset.line), Number(link.dataset.column));
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === problems) markLines();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && !text.readOnly) {
    event.preventDefault();
    form.requestSubmit();
  }
});
form.addEventListener("submit", () => {
  leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved && !leaving) event.preventDefault();
});
drawGutter();
