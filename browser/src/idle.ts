// Nobody here: the page leaves the screen when the vault closes. Whoever reads without asking for anything is here too.
import { send } from "./keys";

const SAY_EVERY_MS = 30_000;

export function startIdle(): void {
  const seconds = Number(document.body.dataset["idle"] ?? "0");
  if (!seconds) return;
  let last = Date.now();
  let said = Date.now();
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    document.addEventListener(
      name,
      () => {
        last = Date.now();
        if (last - said > SAY_EVERY_MS) {
          said = last;
          void fetch("/here", { credentials: "same-origin" }).catch(() => undefined);
        }
      },
      { passive: true },
    );
  }
  window.setInterval(() => {
    if (Date.now() - last > seconds * 1000) send("/lock");
  }, 1000);
}
