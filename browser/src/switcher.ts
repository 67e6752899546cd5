// Go to a page by typing a part of its name: pages first, then the documents and people that this page links to.
import { actsOf } from "./keys";

export function startSwitcher(): void {
  let dialog: HTMLDialogElement | null = null;

  const open = (): void => {
    const seen = new Set<string>();
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".rooms a, .tools a, main a[href^='/']")].filter((link) => {
      const name = (link.textContent ?? "").trim();
      const key = `${name} ${link.getAttribute("href")}`;
      if (name.length < 2 || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    const words = document.body.dataset["jump"] ?? "";
    dialog?.remove();
    dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", words);
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = words;
    field.setAttribute("aria-label", words);
    const list = document.createElement("ul");
    const fill = (): void => {
      const asked = field.value.trim().toLowerCase();
      list.replaceChildren(
        ...links
          .filter((link) => (link.textContent ?? "").toLowerCase().includes(asked))
          .slice(0, 30)
          .map((link) => {
            const item = document.createElement("li");
            const copy = document.createElement("a");
            copy.href = link.href;
            copy.textContent = (link.textContent ?? "").trim();
            item.append(copy);
            return item;
          }),
      );
    };
    field.addEventListener("input", fill);
    dialog.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const entries = [...list.querySelectorAll<HTMLAnchorElement>("a")];
      const at = entries.indexOf(document.activeElement as HTMLAnchorElement);
      if (event.key === "Enter" && at < 0) {
        event.preventDefault();
        entries[0]?.click();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? field : entries[Math.min(next, entries.length - 1)])?.focus();
      }
    });
    fill();
    dialog.append(field, list);
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (actsOf(event).includes("jump")) {
      event.preventDefault();
      open();
    }
  });
}
