// Ctrl+K: go to a page by typing a part of its name.

export function startSwitcher(): void {
  let dialog: HTMLDialogElement | null = null;

  const open = (): void => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>(".rooms a, .tools a")];
    dialog?.remove();
    dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "Ctrl+K");
    const field = document.createElement("input");
    field.type = "search";
    field.setAttribute("aria-label", "Ctrl+K");
    const list = document.createElement("ul");
    const fill = (): void => {
      list.replaceChildren(
        ...links
          .filter((link) => (link.textContent ?? "").toLowerCase().includes(field.value.trim().toLowerCase()))
          .map((link) => {
            const item = document.createElement("li");
            const copy = document.createElement("a");
            copy.href = link.href;
            copy.textContent = link.textContent;
            item.append(copy);
            return item;
          }),
      );
    };
    field.addEventListener("input", fill);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        list.querySelector<HTMLAnchorElement>("a")?.click();
      }
    });
    fill();
    dialog.append(field, list);
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
