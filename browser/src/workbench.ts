// Keys and small comforts. Every page works without this file; it never fetches from anywhere but its own server.
import { startKeys } from "./keys";
import { startReader } from "./reader";
import { startSwitcher } from "./switcher";
import { startDrop } from "./drop";

startReader();
startKeys();
startSwitcher();
startDrop();

// A running job's page draws itself again each second; polling is enough for one laptop.
const jobs = document.getElementById("jobs");
if (jobs?.dataset["refresh"]) {
  window.setTimeout(() => window.location.reload(), Number(jobs.dataset["refresh"]));
}
// After a decision the next card gets the focus, so that one hand can go on without the mouse.
if (window.location.hash === "#now") {
  document.getElementById("now")?.focus();
}
