// Keys and small comforts. Every page works without this file; it never fetches from anywhere but its own server.
import { startDrop } from "./drop";
import { startIdle } from "./idle";
import { startKeys } from "./keys";
import { startReader } from "./reader";
import { startSecrets } from "./secrets";
import { startSwitcher } from "./switcher";

startReader();
startSwitcher();
startKeys();
startDrop();
startSecrets();
startIdle();

// On a narrow screen the rooms fold away, so that the page itself comes first.
const menu = document.querySelector<HTMLDetailsElement>(".menu");
const narrow = window.matchMedia("(max-width: 64rem)");
const fold = (): void => {
  if (menu) menu.open = !narrow.matches;
};
fold();
narrow.addEventListener("change", fold);

// After a decision the next card gets the focus, so that one hand can go on without the mouse.
if (window.location.hash === "#now") {
  document.getElementById("now")?.focus();
} else if (window.location.hash === "#panel") {
  document.querySelector<HTMLElement>("#panel input:not([type=hidden]), #panel select")?.focus();
}
