// The reader's sentences as a list box: keys move, extend and mark. The server cuts the quote from the stored text by
// sentence number, so no text is ever taken from the page. A long document comes in parts; moving past an end turns.
import { actsOf, isTyping } from "./keys";

export function startReader(): void {
  const list = document.getElementById("sentences");
  if (!list) return;
  const sentences = [...list.querySelectorAll<HTMLElement>(".sentence")];
  if (sentences.length === 0) return;
  const first = Number(list.dataset["first"] ?? "0");
  const address = `/documents/${list.dataset["document"]}`;
  const asked = window.location.hash.match(/^#s(\d+)$/);
  let here = asked ? Number(asked[1]) - first : sentences.findIndex((s) => s.classList.contains("current") || s.ariaSelected === "true");
  here = Math.min(sentences.length - 1, Math.max(0, here));
  let from = here;

  const draw = (): void => {
    const [low, high] = [Math.min(here, from), Math.max(here, from)];
    sentences.forEach((sentence, number) => {
      sentence.classList.toggle("here", number === here);
      sentence.setAttribute("aria-selected", String(number >= low && number <= high));
    });
    const current = sentences[here];
    if (!current) return;
    list.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
    const kept = document.querySelector<HTMLInputElement>('.stop-form input[name="sentence"]');
    if (kept) kept.value = String(first + here);
  };

  const open = (): void => {
    const [low, high] = [Math.min(here, from), Math.max(here, from)];
    window.location.assign(`${address}?mark=${first + low}-${first + high}#panel`);
  };

  const turn = (step: number): boolean => {
    const to = first + here + step;
    if (to < first && first > 0) window.location.assign(`${address}?at=${to}#s${to}`);
    else if (to >= first + sentences.length && list.dataset["more"] === "1") window.location.assign(`${address}?at=${to}#s${to}`);
    else return false;
    return true;
  };

  const move = (step: number, grows: boolean): void => {
    if (!sentences[here + step]) {
      if (!grows) turn(step);
      return;
    }
    here += step;
    if (!grows) from = here;
    draw();
  };

  const reveal = (): void => {
    const show = sentences[here]?.dataset["show"];
    if (show) window.location.assign(address + show);
  };

  const acts: Record<string, () => void> = {
    down: () => move(1, false),
    up: () => move(-1, false),
    further: () => move(1, true),
    back: () => move(-1, true),
    mark: open,
    reveal,
  };

  list.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    for (const act of actsOf(event)) {
      const own = acts[act];
      if (own) {
        event.preventDefault();
        own();
        return;
      }
    }
  });
  list.addEventListener("click", (event) => {
    const clicked = (event.target as HTMLElement).closest<HTMLElement>(".sentence");
    if (!clicked) return;
    here = sentences.indexOf(clicked);
    if (!event.shiftKey) from = here;
    draw();
  });
  list.addEventListener("dblclick", () => (sentences[here]?.dataset["show"] ? reveal() : open()));
  list.addEventListener("focus", () => {
    if (!list.hasAttribute("aria-activedescendant")) draw();
  });
  document.addEventListener("keydown", (event) => {
    if (!isTyping(event) && actsOf(event).includes("text")) {
      event.preventDefault();
      list.focus();
    }
  });
  if (asked) list.focus();
}
