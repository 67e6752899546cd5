// A passphrase can be shown while it is typed, and pasted as everywhere. Choosing one's own moves to its field.

export function startSecrets(): void {
  const [show, hide] = [document.body.dataset["shown"] ?? "", document.body.dataset["hidden"] ?? ""];
  for (const label of document.querySelectorAll<HTMLElement>("label.secret")) {
    const field = label.querySelector("input");
    if (!field) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = show;
    button.addEventListener("click", () => {
      const visible = field.type === "text";
      field.type = visible ? "password" : "text";
      button.textContent = visible ? show : hide;
      field.focus();
    });
    label.after(button);
    field.addEventListener("input", () => {
      const own = document.querySelector<HTMLInputElement>('input[name="which"][value="own"]');
      if (own) own.checked = true;
    });
  }
}
