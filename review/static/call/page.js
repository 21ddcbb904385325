// Puts the call page together: sound, words, answers, keys.

import { bindKeys, drawKeymap, keysAreOn, switchKeys } from "../keymap.js";
import { Drafts } from "./drafts.js";
import { Player } from "./player.js";
import { Scorecard } from "./scorecard.js";
import { Turns } from "./turns.js";

const AFTER_QUOTE_S = 0.5;

const form = document.getElementById("review");
const announcer = document.querySelector("[data-announce]");
const playerRoot = document.querySelector(".player");

function say(words) {
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = words));
  document.dispatchEvent(new CustomEvent("said", { detail: words }));
}

const player = playerRoot ? new Player(playerRoot) : null;
const turns = new Turns(document.querySelector(".turns"), player);
const card = new Scorecard(form, { say });
const drafts = card.open ? new Drafts(form, card) : null;
let heard = -1;

function showMarks(criterion) {
  for (const mark of document.querySelectorAll("[data-mark]")) {
    mark.classList.toggle("is-now", mark.dataset.mark === criterion.id);
  }
}

function showCriterion(criterion, scroll) {
  turns.showEvidence(criterion.evidence, { scroll });
  showMarks(criterion);
}

card.addEventListener("moved", ({ detail }) => {
  if (!detail.quiet) heard = -1;
  showCriterion(detail.criterion, !detail.quiet);
});
card.addEventListener("quote", ({ detail }) => hear(detail.criterion, detail.index));

function hear(criterion, index) {
  const item = criterion.evidence[index];
  if (!item) return;
  heard = index;
  if (player && item.start_s !== null) {
    player.playFrom(item.start_s, (item.end_s ?? item.start_s + 5) + AFTER_QUOTE_S);
    if (player.missing) turns.show(turns.textOf(item.turn)?.closest(".turn"));
  } else turns.show(turns.textOf(item.turn)?.closest(".turn"));
  for (const quote of criterion.root.querySelectorAll(".quote")) quote.classList.remove("is-heard");
  criterion.root.querySelectorAll(".quote")[index]?.classList.add("is-heard");
}

function playEvidence(step) {
  const { current } = card;
  const count = current.evidence.length;
  if (!count) return say("This criterion has no evidence.");
  const next = heard < 0 ? (step > 0 ? 0 : count - 1) : (heard + step + count) % count;
  hear(current, next);
  say(`Evidence ${next + 1} of ${count}.`);
}

function mark(index = null) {
  if (!card.open) return;
  const chosen = turns.chosen(index);
  if (!chosen) return say("Play the call to a turn, or select words in the transcript, and mark again.");
  card.add(chosen);
  card.current.root.focus({ preventScroll: true }); // so that Enter submits and does not play the turn
  getSelection().removeAllRanges();
}

function send(partial = false) {
  drafts?.stop();
  if (partial) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "partial";
    field.value = "1";
    form.append(field);
  }
  sent = true;
  form.requestSubmit();
}

let sent = false;
const dialog = document.getElementById("unanswered");

function submit() {
  if (!card.open) return false;
  const missing = card.criteria.find((item) => item.needsReason);
  if (missing) {
    card.go(card.criteria.indexOf(missing));
    card.comment();
    say("A critical criterion needs a reason.");
    return true;
  }
  const left = card.unanswered;
  if (!left.length) {
    send();
    return true;
  }
  const open = left.filter((item) => !item.machine || item.machine === "unscored");
  const names = left.map((item) => item.question).join(" · ");
  dialog.querySelector("[data-unanswered]").textContent = `${left.length} of ${card.criteria.length}: ${names}`;
  const agree = dialog.querySelector("[data-submit-agree]");
  if (agree) {
    agree.hidden = open.length === left.length;
    agree.textContent = open.length ? "Agree where the machine has a verdict, and submit" : "Agree with them and submit";
  }
  dialog.showModal();
  return true;
}

dialog.querySelector("[data-submit-partial]").addEventListener("click", () => send(true));
dialog.querySelector("[data-submit-agree]")?.addEventListener("click", () => {
  card.agreeRest();
  send(card.unanswered.length > 0);
});

form.addEventListener("submit", (event) => {
  if (sent) return;
  event.preventDefault();
  submit();
});

const help = document.getElementById("keys");
drawKeymap(help.querySelector("[data-keymap]"));
const keysOn = help.querySelector("[data-keys-on]");
keysOn.checked = keysAreOn();
keysOn.addEventListener("change", () => switchKeys(keysOn.checked));

function leave() {
  const focused = document.activeElement;
  if (focused?.matches("textarea, input, select")) {
    (card.of(focused)?.root ?? card.current.root).focus({ preventScroll: true });
    return true;
  }
  getSelection().removeAllRanges();
  return false;
}

const withSound = (act) => () => (player ? act() : say("This call has no sound."));
const whenOpen = (act) => (value) => (card.open ? act(value) : say("This call is not open for your review."));

const actions = {
  nextCriterion: () => card.go(card.at + 1),
  previousCriterion: () => card.go(card.at - 1),
  unfold: () => card.unfold(),
  agree: whenOpen(() => card.agree()),
  agreeRest: whenOpen(() => card.agreeRest()),
  choose: whenOpen((verdict) => card.choose(verdict)),
  comment: whenOpen(() => card.comment()),
  undo: whenOpen(() => card.undo()),
  playEvidence,
  markEvidence: whenOpen(() => mark()),
  dropEvidence: whenOpen(() => (heard < 0 ? say("Play the evidence first, then drop it.") : card.drop(card.current, heard))),
  play: withSound(() => player.toggle()),
  back: withSound(() => player.back()),
  slower: withSound(() => say(`Speed ${player.changeSpeed(-1)}.`)),
  faster: withSound(() => say(`Speed ${player.changeSpeed(1)}.`)),
  skip: withSound(() => say(player.toggleSkip() ? "Silence is left out." : "Silence is played.")),
  follow: withSound(() => turns.setFollowing(true)),
  submit,
  nextCall: () => document.getElementById("next-call")?.requestSubmit(),
  help: () => help.showModal(),
  leave,
};

bindKeys(actions);
showCriterion(card.current, false);

document.addEventListener("click", (event) => {
  const does = event.target.closest("[data-do]");
  if (does) actions[does.dataset.do]?.();
  const marked = event.target.closest("[data-mark-turn]");
  if (marked) mark(Number(marked.dataset.markTurn));
});

window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.documentElement.dataset.ready = "1";
