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

  // Narrowed to words: which of the sentence here, counted between white space as the server counts them.
  let words: { from: number; here: number } | null = null;

  const wordsOf = (sentence: HTMLElement): RegExpMatchArray[] => [...(sentence.textContent ?? "").matchAll(/\S+/g)];

  const narrow = (): void => {
    const registry = CSS.highlights;
    registry?.delete("words");
    const sentence = sentences[here];
    const status = document.getElementById("narrowed");
    list.classList.toggle("narrowed", words !== null);
    if (!words || !sentence?.firstChild) {
      if (status) status.textContent = "";
      return;
    }
    const found = wordsOf(sentence);
    const [low, high] = [Math.min(words.from, words.here), Math.max(words.from, words.here)];
    const [start, end] = [found[low], found[high]];
    if (!start || !end) return;
    const range = document.createRange();
    range.setStart(sentence.firstChild, start.index ?? 0);
    range.setEnd(sentence.firstChild, (end.index ?? 0) + end[0].length);
    registry?.set("words", new Highlight(range));
    if (status) status.textContent = range.toString();
  };

  const toggle = (): void => {
    const sentence = sentences[here];
    words = words || !sentence || sentence.dataset["show"] ? null : { from: 0, here: 0 };
    from = here;
    draw();
    narrow();
  };

  const moveWord = (step: number, grows: boolean): void => {
    const sentence = sentences[here];
    if (!words || !sentence) return;
    words.here = Math.min(wordsOf(sentence).length - 1, Math.max(0, words.here + step));
    if (!grows) words.from = words.here;
    narrow();
  };

  const open = (): void => {
    const [low, high] = [Math.min(here, from), Math.max(here, from)];
    const narrowed = words ? `&words=${Math.min(words.from, words.here)}-${Math.max(words.from, words.here)}` : "";
    window.location.assign(`${address}?mark=${first + low}-${first + high}${narrowed}#panel`);
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
    down: () => (words ? moveWord(1, false) : move(1, false)),
    up: () => (words ? moveWord(-1, false) : move(-1, false)),
    further: () => (words ? moveWord(1, true) : move(1, true)),
    back: () => (words ? moveWord(-1, true) : move(-1, true)),
    words: toggle,
    mark: open,
    reveal,
  };

  list.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (words && sideways !== undefined) {
      event.preventDefault();
      moveWord(sideways, event.shiftKey);
      return;
    }
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
    words = null;
    narrow();
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
  if (asked) {
    // The browser gives the focus back to the page when it has scrolled to the sentence; so it is taken twice.
    list.focus();
    window.addEventListener("load", () => list.focus());
  }
}
