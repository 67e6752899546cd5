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

// After a decision the next card gets the focus, and a new form its first field, so that one hand can go on without the
// mouse; once more when the browser has scrolled, for then it gives the focus back to the page.
const focused: Record<string, string> = { "#now": "#now", "#panel": "#panel input:not([type=hidden]), #panel select" };
const wanted = focused[window.location.hash];
if (wanted) {
  const take = (): void => document.querySelector<HTMLElement>(wanted)?.focus();
  take();
  window.addEventListener("load", take);
}
