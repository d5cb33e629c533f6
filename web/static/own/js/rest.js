// The rest of a long conversation comes after its page: the first turns are read, and every key works, meanwhile.

const BETWEEN = "<!--part-->";

/** Fetch what the page left out and put it in part by part, so that no key waits for all of it; then call `added`. */
export function bringRest(pane, added) {
  const place = pane.querySelector("[data-rest]");
  if (!place) return;
  const failed = place.querySelector("[data-rest-failed]");
  const bring = async () => {
    failed.hidden = true;
    place.querySelector("[role=status]").hidden = false;
    try {
      const answer = await fetch(place.dataset.rest);
      if (!answer.ok || answer.redirected) throw new Error(`rest: ${answer.status}`);
      for (const part of (await answer.text()).split(BETWEEN)) {
        place.before(...new DOMParser().parseFromString(part, "text/html").body.childNodes);
        await new Promise((done) => setTimeout(done));
      }
    } catch (error) {
      console.warn(error);
      place.querySelector("[role=status]").hidden = true;
      failed.hidden = false;
      return;
    }
    place.remove();
    added();
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  failed.querySelector("button").addEventListener("click", bring);
  bring();
}
