// Single letters act only where nobody is typing, and never while a Hangul syllable is being composed.

export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function press(key: string): boolean {
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  control.click();
  return true;
}

function send(action: string, more: Record<string, string> = {}): void {
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

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    // In an emergency nobody leaves a field first.
    if (event.key === "F9") {
      event.preventDefault();
      send("/lock");
      return;
    }
    if (isTyping(event)) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      send("/undo", { back: window.location.pathname + window.location.search });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
    } else if (event.key === "?") {
      window.location.assign("/keys");
    } else if (/^[a-z]$/.test(event.key) && press(event.key)) {
      event.preventDefault();
    }
  });
}
