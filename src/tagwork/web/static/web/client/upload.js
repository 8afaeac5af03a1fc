// <form data-upload="/api/…/images">: files dropped or chosen go up a few at a time, with a bar that moves, and each
// one that is refused is named with its reason. Without this script the form sends itself as any other.

const TOGETHER_BYTES = 24 * 1024 * 1024;
const TOGETHER_FILES = 20;
const REFRESH_MS = 4000;

const form = document.querySelector("form[data-upload]");
if (form) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector(".upload-drop");
  const state = form.querySelector(".upload-state");
  const bar = state.querySelector("progress");
  const words = state.querySelector("[role=status]");
  const refused = document.getElementById("refused");
  const button = form.querySelector("button:not([type=button])");
  let busy = false;

  const say = (text) => { words.textContent = text; };

  const refuse = (name, why) => {
    const line = document.createElement("li");
    const strong = document.createElement("span");
    strong.className = "strong";
    strong.textContent = name;
    line.append(strong, `: ${why}`);
    refused.querySelector("ul").append(line);
    refused.hidden = false;
  };

  const batches = (files) => {
    const made = [];
    let size = Infinity;
    for (const file of files) {
      if (size + file.size > TOGETHER_BYTES || made.at(-1).length === TOGETHER_FILES) {
        made.push([]);
        size = 0;
      }
      made.at(-1).push(file);
      size += file.size;
    }
    return made;
  };

  const send = (files, onMoved) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const file of files) body.append("files", file, file.name);
    request.open("POST", form.dataset.upload);
    request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]").content);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onMoved(event.loaded));
    request.addEventListener("loadend", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours: the line was cut */ }
      resolve({ status: request.status, answer });
    });
    request.send(body);
  });

  const upload = async (files) => {
    if (busy || files.length === 0) return;
    busy = true;
    button.disabled = true;
    state.hidden = false;
    refused.querySelector("ul").replaceChildren();
    refused.hidden = true;
    const all = files.reduce((sum, file) => sum + file.size, 0) || 1;
    let done = 0, accepted = 0;
    for (const batch of batches(files)) {
      const size = batch.reduce((sum, file) => sum + file.size, 0);
      const { status, answer } = await send(batch, (moved) => {
        bar.value = (done + Math.min(moved, size)) / all;
        say(`${Math.round(bar.value * 100)} % sent, ${accepted} images taken`);
      });
      done += size;
      if (status === 201) {
        accepted += answer.accepted.length;
        for (const one of answer.refused) refuse(one.file_name, one.detail);
      } else {
        const why = answer.detail ?? "The connection broke. Send it again: what has arrived is not taken twice.";
        for (const file of batch) refuse(file.name, why);
      }
    }
    bar.value = 1;
    say(`Done: ${accepted} images taken.`);
    busy = false;
    button.disabled = false;
    form.reset();
    if (accepted > 0) void show();
  };

  // The list below is fetched anew until every image is read. site.js does so for a list that was being read when the
  // page was opened; this one was not, and a reload would lose the names of what was refused.
  const show = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("images");
      const old = document.getElementById("images");
      if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      if (fresh && !("refresh" in fresh.dataset)) return;
    } catch { /* offline: the next round tries again */ }
    setTimeout(show, REFRESH_MS);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void upload([...input.files]);
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    void upload([...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
}
