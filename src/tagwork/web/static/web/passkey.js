// allauth tells of a passkey that failed by an event; without this the page would stay silent.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});
