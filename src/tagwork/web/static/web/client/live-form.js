// <form data-live="#one #other">: while somebody types, the form is sent as act=preview and the named pieces of the
// answer are put in place of those on the page. The server knows how rows become a document and what a price comes
// to; this file knows neither. A press on a button of a piece goes the same way, so that the page does not jump.

const REST_MS = 300;

for (const form of document.querySelectorAll("form[data-live]")) {
  const pieces = form.dataset.live.split(" ");
  let rest, asking;

  const ask = async (act) => {
    clearTimeout(rest);
    asking?.abort();
    asking = new AbortController();
    const body = new FormData(form);
    body.set("act", act);
    const sent = JSON.stringify([...body].filter(([, value]) => typeof value === "string"));
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body, signal: asking.signal, headers: { Accept: "text/html" } });
    } catch (error) {
      if (error.name === "AbortError") return;
      return; // offline: the next key tries again, and Save says what is wrong
    }
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = new FormData(form);
    now.set("act", act);
    // Typed on meanwhile: this answer is to a question of a moment ago, and the next one is on its way.
    if (JSON.stringify([...now].filter(([, value]) => typeof value === "string")) !== sent) return;
    for (const piece of pieces) place(document.querySelector(piece), page.querySelector(piece));
  };

  const place = (old, fresh) => {
    if (!old || !fresh) return;
    const field = old.querySelector("textarea#document");
    if (field) {
      // Others listen to this very field: it gets the new text, and stays.
      const text = fresh.querySelector("textarea").value;
      if (document.activeElement === field || field.value === text) return;
      field.value = text;
      field.dispatchEvent(new Event("input"));
      return;
    }
    if (old.outerHTML === fresh.outerHTML) return;
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const name = active?.name, value = active?.value;
    const caret = active && "selectionStart" in active ? active.selectionStart : null;
    const before = new Set([...old.querySelectorAll("[id]")].map((one) => one.id));
    old.replaceWith(fresh);
    const added = [...fresh.querySelectorAll("input[id], textarea[id]")].find((one) => !before.has(one.id));
    const same = name && [...fresh.querySelectorAll("[name]")].find((one) => one.name === name && (one.type !== "checkbox" && one.tagName !== "BUTTON" || one.value === value));
    const next = active?.tagName === "BUTTON" && added ? added : same;
    if (!next) return;
    next.focus({ preventScroll: next === same });
    if (caret !== null && next.setSelectionRange && next.type !== "checkbox") {
      try { next.setSelectionRange(caret, caret); } catch { /* a number field has no caret */ }
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.id === "document") return; // taken over by its own button
    clearTimeout(rest);
    rest = setTimeout(() => ask("preview"), REST_MS);
  });
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value ?? "preview";
    if (act === "save" || act === "read-document") return;
    event.preventDefault();
    void ask(act);
  });
}
