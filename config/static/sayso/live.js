// Looks again every two seconds while something moves; the page works without it.
const PERIOD = 2000;
async function look() {
  const moving = [...document.querySelectorAll("[data-live][data-moving]")];
  if (!moving.length) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const here of moving) {
        const next = page.getElementById(here.id);
        if (next && next.innerHTML !== here.innerHTML && !here.contains(document.activeElement)) {
          here.replaceChildren(...next.childNodes);
        }
        if (!next || !next.hasAttribute("data-moving")) here.removeAttribute("data-moving");
      }
    }
  } catch { /* The next look may succeed. */ }
  setTimeout(look, PERIOD);
}
setTimeout(look, PERIOD);
