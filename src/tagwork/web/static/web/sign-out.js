// <form data-sign-out="p_…">: signing out wipes what this device keeps for the account, when nothing in it still waits to
// be sent. When something does, the page behind the form's address says what, and asks. Without IndexedDB: just sign out.
const whole = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = request.onblocked = () => reject(request.error);
});

async function waits(name) {
  const known = await indexedDB.databases();
  if (!known.some((each) => each.name === name)) return false;
  const database = await whole(indexedDB.open(name));
  try {
    const stores = database.transaction(["drafts", "parcels"]);
    const [drafts, parcels] = await Promise.all(
      ["drafts", "parcels"].map((store) => whole(stores.objectStore(store).getAll())),
    );
    return parcels.length > 0 || drafts.some((draft) => draft.dirty);
  } finally {
    database.close();
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const account = form.dataset.signOut;
  if (!account) return;
  event.preventDefault();
  const name = `tagwork-${account}`;
  try {
    if (await waits(name)) return location.assign(form.action);
    await caches?.delete("leased");
    await whole(indexedDB.deleteDatabase(name));
  } catch { /* nothing is kept here, or another tab is at it */ }
  form.submit();
});
