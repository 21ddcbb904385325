// Sound beside what is said about a call: second marks play, on pages with the whole player or a plain one.

import { Player } from "../call/player.js";
import { Turns } from "../call/turns.js";

const playerRoot = document.querySelector(".player");
const words = document.querySelector(".turns");
const player = playerRoot ? new Player(playerRoot) : null;
const turns = words ? new Turns(words, player) : null;
const plain = document.querySelector(".talk-audio");

const actions = {
  play: () => player?.toggle(),
  back: () => player?.back(),
  skip: () => player?.toggleSkip(),
  follow: () => turns?.setFollowing(true),
};

document.addEventListener("click", (event) => {
  const does = event.target.closest("[data-do]");
  if (does) actions[does.dataset.do]?.();
  const from = event.target.closest("[data-play]");
  if (!from || from.closest(".turns")) return;
  const second = Number(from.dataset.play);
  if (player) player.playFrom(second);
  else if (plain) {
    plain.currentTime = second;
    plain.play().catch(() => {});
  }
});

document.documentElement.dataset.ready = "1";
