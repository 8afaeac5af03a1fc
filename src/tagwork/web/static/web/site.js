// What HTML alone cannot do, for every page. Nothing here is needed to read or to send a form.

// An open menu closes when one presses elsewhere or Escape; a native <details> would stay.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// <button data-copy="#id">: copy the text of that element, and say so in the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
  const before = [...button.childNodes];
  button.replaceChildren({ ar: "نُسخ", es: "Copiado" }[document.documentElement.lang] ?? "Copied");
  setTimeout(() => button.replaceChildren(...before), 2000);
});

// <form data-once>: a second press while the first is under way sends nothing.
// <form data-confirm="…">: asks before something that cannot be taken back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !confirm(form.dataset.confirm)) return event.preventDefault();
  if (!("once" in form.dataset)) return;
  if (form.dataset.once === "sent") return event.preventDefault();
  form.dataset.once = "sent";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) form.dataset.once = "";
});

// <form class="filters" data-auto>: a changed choice is applied at once; typing waits for Enter.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "auto" in form.dataset && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

// <select data-time-zone>: an empty choice is filled with the zone of this device.
for (const select of document.querySelectorAll("select[data-time-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select.value && [...select.options].some((option) => option.value === zone)) select.value = zone;
}

// <section data-refresh="5">: long work shows its progress; the piece is fetched anew while the page is looked at.
for (const piece of document.querySelectorAll("[data-refresh][id]")) {
  const seconds = Math.max(2, Number(piece.dataset.refresh));
  const again = async () => {
    const current = document.getElementById(piece.id);
    if (!current || !("refresh" in current.dataset)) return;
    if (!document.hidden && !current.contains(document.activeElement)) {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (answer.ok) {
          const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(piece.id);
          if (fresh) current.replaceWith(fresh);
        }
      } catch { /* offline: the next round tries again */ }
    }
    setTimeout(again, seconds * 1000);
  };
  setTimeout(again, seconds * 1000);
}

// Tabs wider than a phone: the current one is brought into their view, without moving the page.
for (const tab of document.querySelectorAll(".tabs a[aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}
