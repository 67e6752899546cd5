// Files dropped on the field are taken as if they had been chosen.

export function startDrop(): void {
  const zone = document.querySelector<HTMLElement>(".drop");
  const field = zone?.querySelector<HTMLInputElement>('input[type="file"]');
  if (!zone || !field) return;
  for (const name of ["dragover", "dragenter"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer) field.files = event.dataTransfer.files;
  });
}
