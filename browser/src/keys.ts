// Keys do what the page says they do: each control that a key presses carries the name of its act, and the map of acts
// to keys comes from the server. Letters act only where nobody is typing, and never while a syllable is being composed.

type Keys = Record<string, string>;

const keys: Keys = JSON.parse(document.body.dataset["keys"] ?? "{}") as Keys;

export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  if (target instanceof HTMLInputElement && ["radio", "checkbox"].includes(target.type)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** The key of an event as the server writes it: Ctrl+K, Shift+ArrowDown, y, ?. */
export function nameOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey;
  const single = event.key.length === 1;
  const parts: string[] = [];
  if (control) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  // A sign that needs Shift, such as "?", names itself.
  if (event.shiftKey && (!single || control || event.altKey)) parts.push("Shift");
  // With Hangul input on, the key that is y on the keyboard says ㅛ; its place says which key it is.
  if (/^[\u3131-\u318e]$/.test(event.key) && event.code.startsWith("Key")) {
    parts.push(event.code.slice(3)[control || event.altKey ? "toUpperCase" : "toLowerCase"]());
    return parts.join("+");
  }
  parts.push(single ? (control || event.altKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key);
  return parts.join("+");
}

export function actsOf(event: KeyboardEvent): string[] {
  const name = nameOf(event);
  return Object.keys(keys).filter((act) => keys[act] === name);
}

/** Sends a form of the server's own kind, with the token that the page holds. */
export function send(action: string, more: Record<string, string> = {}): void {
  const any = document.querySelector<HTMLInputElement>('input[name="csrf"]');
  if (!any) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  const values: Record<string, string> = { csrf: any.value, ...more };
  for (const [name, value] of Object.entries(values)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

function press(act: string): boolean {
  const control = document.querySelector<HTMLElement>(`[data-act="${CSS.escape(act)}"]`);
  if (!control) return false;
  // The answer is seen at once, before the next page comes.
  control.closest(".card, .pair")?.classList.add("sent");
  control.click();
  if (act === "publish-nothing") document.querySelector<HTMLElement>('input[type="file"]')?.focus();
  return true;
}

const everywhere: Record<string, () => void> = {
  undo: () => send("/undo", { back: window.location.pathname + window.location.search }),
  search: () => document.getElementById("q")?.focus(),
  keys: () => window.location.assign("/keys"),
};

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat) return;
    const acts = actsOf(event);
    // In an emergency nobody leaves a field first.
    if (acts.includes("lock")) {
      event.preventDefault();
      send("/lock");
      return;
    }
    if (isTyping(event)) {
      if (event.key === "Escape" && !event.isComposing) (event.target as HTMLElement).blur();
      return;
    }
    for (const act of acts) {
      const own = everywhere[act];
      if (own) {
        event.preventDefault();
        own();
        return;
      }
      if (press(act)) {
        event.preventDefault();
        return;
      }
    }
    if (/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) chooseByNumber(event);
  });

  // A field that takes a key writes the key that is pressed in it; Tab and Escape leave it, as everywhere.
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-takes-key]")) {
    field.addEventListener("keydown", (event) => {
      if (["Tab", "Escape", "Shift", "Control", "Alt", "Meta", "Backspace"].includes(event.key)) return;
      if (event.key === "Enter" && !event.shiftKey) return;
      if (event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      event.stopPropagation();
      field.value = nameOf(event);
    });
  }
}

function chooseByNumber(event: KeyboardEvent): void {
  const list = (event.target as HTMLElement | null)?.closest("[data-digits]");
  if (!list) return;
  for (const option of list.querySelectorAll<HTMLInputElement>('input[type="radio"]')) {
    if (option.value.endsWith(event.key)) {
      event.preventDefault();
      option.checked = true;
      option.focus();
      return;
    }
  }
}
