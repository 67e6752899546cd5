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

// After a decision the next card gets the focus, so that one hand can go on without the mouse.
if (window.location.hash === "#now") {
  document.getElementById("now")?.focus();
} else if (window.location.hash === "#panel") {
  document.querySelector<HTMLElement>("#panel input:not([type=hidden]), #panel select")?.focus();
}
