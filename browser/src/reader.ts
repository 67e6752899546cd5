// The reader's sentences as a list box: arrows move, Shift extends, Enter marks. The server cuts the quote from the
// stored text by sentence number, so no text is ever taken from the page.

export function startReader(): void {
  const list = document.getElementById("sentences");
  if (!list) return;
  const sentences = [...list.querySelectorAll<HTMLElement>(".sentence")];
  if (sentences.length === 0) return;
  let here = Math.max(0, sentences.findIndex((s) => s.classList.contains("current") || s.ariaSelected === "true"));
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
  };

  const open = (): void => {
    const [low, high] = [Math.min(here, from), Math.max(here, from)];
    window.location.assign(`/documents/${list.dataset["document"]}?mark=${low}-${high}#panel`);
  };

  list.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      here = Math.min(sentences.length - 1, Math.max(0, here + step));
      if (!event.shiftKey) from = here;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      open();
    }
  });
  list.addEventListener("click", (event) => {
    const clicked = (event.target as HTMLElement).closest<HTMLElement>(".sentence");
    if (!clicked) return;
    here = sentences.indexOf(clicked);
    if (!event.shiftKey) from = here;
    draw();
  });
  list.addEventListener("dblclick", open);
  list.addEventListener("focus", () => {
    if (!list.hasAttribute("aria-activedescendant")) draw();
  });
}
