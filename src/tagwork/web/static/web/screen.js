// The device keeps that its screen was tested, so that the work page does not offer it again; the server keeps nothing.
if (document.querySelector("[data-screen-tested]")) {
  try {
    localStorage.setItem("tagwork.screen", new Date().toISOString());
  } catch { /* forbidden here: it is offered again */ }
}
