// What can be done with a thread, made smoother: its title is edited where it stands, an undo goes after ten seconds.

const UNDO_MS = 10_000;

const rename = document.querySelector(".rename");
rename?.addEventListener("toggle", () => {
  if (!rename.open) return;
  const box = rename.querySelector("input");
  box.focus();
  box.select();
});
rename?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  rename.open = false;
  rename.querySelector("form").reset();
  rename.querySelector("summary").focus();
  event.stopPropagation();
});

for (const button of document.querySelectorAll(".print")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("details").open = false;
    print();
  });
}

// The bin keeps it for much longer. Whoever is on the way to the button is waited for.
const undo = document.querySelector("form.undo");
if (undo) {
  const address = new URL(location.href);
  address.searchParams.delete("deleted");
  if (address.hash === "#undo") address.hash = "";
  history.replaceState(history.state, "", address);
  const leave = () => {
    if (undo.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else undo.remove();
  };
  setTimeout(leave, UNDO_MS);
}

// A link is copied, or handed to the system to be sent.
const address = document.getElementById("address");
const copy = document.querySelector(".copy-address");
if (address && copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address.value);
      copy.textContent = copy.dataset.done;
    } catch {
      address.select(); // not allowed: what is selected can still be copied by hand
    }
  });
}
const send = document.querySelector(".native-share");
if (send && navigator.share) {
  send.hidden = false;
  send.addEventListener("click", () => {
    navigator.share({ title: send.dataset.title, url: address.value }).catch(() => { /* closed without sending */ });
  });
}
