/* What readers do, told to the publication alone: kawaraban/audience/events.py has the schema, and
   docs/privacy.md says what becomes of it. Nothing is stored here. */
(() => {
  "use strict";
  const page = document;
  if ("preview" in page.documentElement.dataset) return;
  const TO = "/_/beacon";
  const IDLE = 30000; /* milliseconds without a sign after which nobody reads any more */
  const MOST = 24; /* events in one message */
  const article = page.querySelector("article[data-story]");
  const story = article ? Number(article.dataset.story) : 0;
  const alone = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  const visible = () => page.visibilityState === "visible";

  /* An event's number (UUID version 7: those of one time lie together in the log). The same number
     twice counts once, so a failed sending may be repeated. */
  const uuid = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let now = Date.now();
    for (let place = 5; place >= 0; place -= 1, now = Math.floor(now / 256)) bytes[place] = now % 256;
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  /* The view goes at once, and again where the publication was away for a moment. */
  const send = (body, again) =>
    fetch(TO, {
      method: "POST",
      body,
      keepalive: true,
      headers: { "Content-Type": "application/json" },
    })
      .then((answer) => {
        if (answer.status >= 500) throw answer;
      })
      .catch(() => again && setTimeout(send, 5000, body, false));
  const look = () => {
    if (!visible()) return;
    page.removeEventListener("visibilitychange", look);
    send(JSON.stringify({ event: uuid(), story, kind: "view" }), true);
  };
  if (story) {
    page.addEventListener("visibilitychange", look);
    look();
  }
  /* Who asks not to be tracked is a view, and nothing more. */
  if (alone || !navigator.sendBeacon) return;

  /* Everything else is gathered, and sent when the page is left or there is much of it. */
  let gathered = [];
  const flush = () => {
    if (!gathered.length) return;
    navigator.sendBeacon(TO, JSON.stringify({ v: 1, sent: Date.now(), events: gathered }));
    gathered = [];
  };
  const tell = (kind, more) => {
    gathered.push({ event: uuid(), story, kind, at: Date.now(), ...more });
    if (gathered.length >= MOST) flush();
  };

  /* Engaged: visible, and somebody gave a sign of themselves lately. Scroll: how far down the story. */
  let seconds = 0;
  let sign = Date.now();
  let furthest = 0;
  let told = 0;
  const body = article && article.querySelector(".body");
  const measure = () => {
    sign = Date.now();
    if (!body) return;
    const { top, height } = body.getBoundingClientRect();
    const quarter = Math.ceil((4 * (innerHeight - top)) / Math.max(height, 1));
    furthest = Math.max(furthest, Math.min(quarter, 4));
  };
  if (story) {
    ["pointermove", "pointerdown", "keydown", "touchstart", "scroll"].forEach((one) =>
      addEventListener(one, one === "scroll" ? measure : () => { sign = Date.now(); }, { passive: true }));
    measure();
    setInterval(() => {
      if (visible() && Date.now() - sign < IDLE) seconds += 1;
    }, 1000);
    page.querySelectorAll(".share").forEach((share) =>
      share.addEventListener("click", (click) => click.target.closest("a") && tell("share")));
    const discussion = page.querySelector("#discussion details");
    if (discussion) discussion.addEventListener("toggle", () => tell("discussion"), { once: true });
  }

  /* Rails, and a front's own lists: what came into sight, and what was chosen. */
  const rails = [...page.querySelectorAll("[data-rail]")];
  const edition = (rail) => Number((rail || rails[0] || page.body).dataset.edition || 0);
  const places = (rail) => [...rail.querySelectorAll("li[data-story]")];
  const cards = story ? [] : [...page.querySelectorAll("main [data-card]")];
  let seen = [];
  const front = () => {
    if (seen.length) tell("rail_shown", { rail: "front", edition: edition(), stories: seen.splice(0, 40) });
  };
  if (window.IntersectionObserver) {
    const eye = new IntersectionObserver((sights) => {
      sights.filter((sight) => sight.isIntersecting && visible()).forEach(({ target }) => {
        eye.unobserve(target);
        if (target.dataset.card) {
          seen.push(Number(target.dataset.card));
          if (seen.length === 40) front();
        } else {
          const stories = places(target).map((place) => Number(place.dataset.story));
          if (stories.length) {
            tell("rail_shown", { rail: target.dataset.rail, edition: edition(target), stories });
          }
        }
      });
    }, { threshold: 0.25 });
    [...rails, ...cards].forEach((one) => eye.observe(one));
  }
  const choose = (click) => {
    const link = click.target.closest("a");
    const rail = link && link.closest("[data-rail]");
    const place = link && link.closest("[data-rail] li[data-story], main [data-card]");
    if (!place || (click.type === "auxclick" && click.button !== 1)) return;
    const chosen = rail
      ? { rail: rail.dataset.rail, place: places(rail).indexOf(place) + 1, target: Number(place.dataset.story) }
      : { rail: "front", place: cards.indexOf(place) + 1, target: Number(place.dataset.card) };
    if (chosen.place > 0) tell("rail_clicked", { ...chosen, edition: edition(rail) });
    if (chosen.place > 0) flush();
  };
  page.addEventListener("click", choose);
  page.addEventListener("auxclick", choose);

  const leave = () => {
    if (seconds) tell("engaged", { seconds: Math.min(seconds, 1800) });
    if (furthest > told) tell("scroll", { quarter: furthest });
    seconds = 0;
    told = furthest;
    front();
    flush();
  };
  page.addEventListener("visibilitychange", () => {
    sign = Date.now();
    if (!visible()) leave();
  });
  addEventListener("pagehide", leave);
})();
