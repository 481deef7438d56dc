/* What readers do, told to the publication alone: kawaraban/audience/events.py has the schema, and
   docs/privacy.md says what becomes of it. Nothing is stored here. */
(() => {
  "use strict";
  const page = document;
  if ("preview" in page.documentElement.dataset) return;
  const to = "/_/beacon";
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  const on = (what, act) => what.split(" ").forEach((one) => addEventListener(one, act, { passive: true }));
  const now = () => Date.now();
  const visible = () => page.visibilityState === "visible";
  const [article] = all("article[data-story]");
  const story = article ? +article.dataset.story : 0;

  /* An event's number (UUID version 7: those of one time lie together in the log). The same number
     twice counts once, so a failed sending may be repeated. */
  const uuid = () => {
    const hex = (number, digits) => number.toString(16).padStart(digits, "0");
    const bytes = crypto.getRandomValues(new Uint8Array(10));
    bytes[0] = (bytes[0] & 15) | 112;
    bytes[2] = (bytes[2] & 63) | 128;
    const digits = hex(now(), 12) + [...bytes].map((byte) => hex(byte, 2)).join("");
    return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  /* The view goes at once, and again where the publication was away for a moment. */
  const send = (body, again) =>
    fetch(to, { method: "POST", body, keepalive: true, headers: { "Content-Type": "application/json" } })
      .then((answer) => {
        if (answer.status > 499) throw answer;
      })
      .catch(() => again && setTimeout(send, 5000, body));
  let viewed = !story;
  const look = () => {
    if (viewed || !visible()) return;
    viewed = true;
    send(JSON.stringify({ event: uuid(), story, kind: "view" }), true);
  };
  page.addEventListener("visibilitychange", look);
  look();
  /* Who asks not to be tracked is a view, and nothing more. */
  if (navigator.globalPrivacyControl || navigator.doNotTrack === "1" || !navigator.sendBeacon) return;

  /* Everything else is gathered, and sent when the page is left or there is much of it. */
  let events = [];
  const flush = () => {
    if (events[0]) navigator.sendBeacon(to, JSON.stringify({ v: 1, sent: now(), events }));
    events = [];
  };
  const tell = (kind, more) => {
    events.push({ event: uuid(), story, kind, at: now(), ...more });
    if (events.length > 23) flush();
  };

  /* Engaged: in sight, and somebody gave a sign in the past half minute. Scroll: how far down the story. */
  let seconds = 0;
  let sign = now();
  let furthest = 0;
  let told = 0;
  const [body] = all(".story .body");
  const measure = () => {
    sign = now();
    if (!body) return;
    const { top, height } = body.getBoundingClientRect();
    furthest = Math.min(4, Math.max(furthest, Math.ceil((4 * (innerHeight - top)) / (height || 1))));
  };
  if (story) {
    on("pointermove pointerdown keydown touchstart scroll", measure);
    measure();
    setInterval(() => {
      if (visible() && now() - sign < 30000) seconds += 1;
    }, 1000);
    all("#discussion>details").forEach((one) =>
      one.addEventListener("toggle", () => tell("discussion"), { once: true }));
  }

  /* Rails, and a front's own lists: what came into sight, and what was chosen. */
  const rails = all("[data-rail]");
  const cards = story ? [] : all("main [data-card]");
  const of = (one) => +(one.dataset.story || one.dataset.card);
  const places = (rail) => (rail ? all("li[data-story]", rail) : cards);
  const where = (rail) => ({
    rail: rail ? rail.dataset.rail : "front",
    edition: +((rail || rails[0] || page.body).dataset.edition || 0),
  });
  let seen = [];
  const show = (rail, stories) => stories[0] && tell("rail_shown", { ...where(rail), stories });
  const eye = new IntersectionObserver((sights) => {
    sights.forEach(({ isIntersecting, target }) => {
      if (!isIntersecting || !visible()) return;
      eye.unobserve(target);
      if (target.dataset.rail) show(target, places(target).map(of));
      else seen.push(of(target));
    });
  }, { threshold: 0.25 });
  [...rails, ...cards].forEach((one) => eye.observe(one));
  on("rail", ({ detail }) => eye.observe(detail)); // one that came later
  on("click auxclick", ({ target, type, button }) => {
    const link = target.closest("a");
    if (!link || (type === "auxclick" && button !== 1)) return;
    if (link.closest(".share")) tell("share");
    const rail = link.closest("[data-rail]");
    const chosen = link.closest("[data-rail] li, [data-card]");
    const place = places(rail).indexOf(chosen) + 1;
    if (!place) return;
    tell("rail_clicked", { ...where(rail), place, target: of(chosen) });
    flush();
  });

  const leave = () => {
    if (seconds) tell("engaged", { seconds: Math.min(seconds, 1800) });
    if (furthest > told) tell("scroll", { quarter: furthest });
    seconds = 0;
    told = furthest;
    while (seen[0]) show(null, seen.splice(0, 40));
    flush();
  };
  page.addEventListener("visibilitychange", () => {
    sign = now();
    if (!visible()) leave();
  });
  on("pagehide", leave);
})();
