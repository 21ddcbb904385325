// Notes on the call page: their second marks play, and words selected in the transcript are taken over.

const audio = document.querySelector(".player audio");

function chosen() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return null;
  const turn = selection.anchorNode?.parentElement?.closest("[data-turn]");
  const end = selection.focusNode?.parentElement?.closest("[data-turn]");
  if (!turn || turn !== end || !turn.querySelector(".turn-text")) return null;
  const first = selection.getRangeAt(0).startContainer.parentElement?.closest("[data-start]");
  return { turn: turn.dataset.turn, quote: selection.toString().trim(), second: first?.dataset.start ?? turn.dataset.from ?? "" };
}

let kept = null;
document.addEventListener("selectionchange", () => (kept = chosen() ?? kept));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-take-quote]")) {
    if (!kept) return window.callqa?.toast("Select words within one turn of the transcript first.", "bad");
    const form = event.target.closest("form");
    form.querySelector("[data-note-quote]").value = kept.quote;
    form.querySelector("[data-note-turn]").value = kept.turn;
    form.querySelector("[data-note-second]").value = kept.second;
    form.querySelector("textarea[name=body]").focus();
  }
  const from = event.target.closest(".talk-section [data-play]");
  if (from && audio) {
    audio.currentTime = Number(from.dataset.play);
    audio.play().catch(() => {});
  }
});
