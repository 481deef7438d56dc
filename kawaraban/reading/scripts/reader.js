/* Everything here is a kindness: pages are complete without it. */
(() => {
  "use strict";
  const page = document;
  const one = (selector, within = page) => within.querySelector(selector);
  const each = (selector, act) => page.querySelectorAll(selector).forEach(act);

  const article = one("article[data-story]");
  const story = article ? Number(article.dataset.story) : 0;
  const preview = "preview" in page.documentElement.dataset;

  /* What this tab read before, kept by this browser alone until the tab is closed: the rail of what is
     recommended is asked for anew with it, composed against all that stands on the page. */
  const readBefore = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem("read") || "[]");
      const before = kept.filter((one) => Number.isInteger(one) && one !== story);
      sessionStorage.setItem("read", JSON.stringify([story, ...before].slice(0, 20)));
      return before;
    } catch {
      return [];
    }
  };
  const recommended = one('[data-rail="recommended"]');
  const untracked = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  if (story && !preview && !untracked) {
    const before = readBefore();
    if (recommended && before.length) {
      fetch(`/_/next?story=${story}&read=${before.join(",")}`, { credentials: "omit" })
        .then((answer) => (answer.status === 200 ? answer.text() : ""))
        .then((markup) => {
          if (!markup) return;
          const made = page.createElement("template");
          made.innerHTML = markup;
          const rail = one("[data-rail]", made.content);
          if (!rail) return;
          /* A page that was kept a moment shows elsewhere what newer tables put here: it stays there. */
          const standing = new Set();
          each("[data-rail] li[data-story], main [data-card]", (place) => {
            if (!recommended.contains(place)) standing.add(place.dataset.story || place.dataset.card);
          });
          rail.querySelectorAll("li[data-story]").forEach((place) => {
            if (standing.has(place.dataset.story)) place.remove();
          });
          if (!one("li", rail)) return;
          recommended.replaceWith(made.content);
          dispatchEvent(new CustomEvent("rail", { detail: rail }));
        })
        .catch(() => {});
    }
  }

  /* The count of comments, asked for while the page is seen. */
  const count = one("[data-comment-count]");
  if (story && count && !preview) {
    setInterval(() => {
      if (page.visibilityState !== "visible") return;
      fetch(`/_/counts?story=${story}`, { credentials: "omit" })
        .then((answer) => (answer.ok ? answer.json() : {}))
        .then((counts) => {
          if (Number.isInteger(counts.comments)) count.textContent = counts.comments;
        })
        .catch(() => {});
    }, 30000);
  }

  /* The comment form: characters as people count them, and never in the midst of composing. */
  const graphemes = window.Intl && Intl.Segmenter ? new Intl.Segmenter() : null;
  const length = (text) => {
    const plain = text.replace(/\r\n?/g, "\n").trim();
    return graphemes ? [...graphemes.segment(plain)].length : [...plain].length;
  };
  each(".comment-form", (form) => {
    const words = form.elements.body;
    const shown = one(".left", form);
    const most = Number(words.dataset.most);
    let composing = false;
    const tell = () => {
      if (composing) return;
      const left = most - length(words.value);
      const said = (left < 0 ? shown.dataset.over : shown.dataset.left).replace("%n", Math.abs(left));
      shown.textContent = said;
      shown.classList.toggle("over", left < 0);
      if (left <= 20) shown.setAttribute("role", "status");
      words.setCustomValidity(left < 0 ? said : "");
    };
    form.addEventListener("compositionstart", () => { composing = true; });
    form.addEventListener("compositionend", () => {
      composing = false;
      tell();
    });
    form.addEventListener("input", tell);
    form.addEventListener("keydown", (key) => {
      /* 229: Safari ends composing before it tells of the Enter that ended it. */
      const toCompose = key.isComposing || key.keyCode === 229;
      if (key.key === "Enter" && toCompose && key.target.tagName === "INPUT") key.preventDefault();
    });
    form.addEventListener("submit", (sending) => {
      if (composing || form.dataset.sent) sending.preventDefault();
      else form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
    if (words.value) tell();
  });

  /* Links to e-mail addresses, once somebody is there who moves. */
  const signs = ["pointermove", "pointerdown", "touchstart", "keydown"];
  const reveal = () => {
    signs.forEach((sign) => page.removeEventListener(sign, reveal));
    each("[data-email]", (hidden) => {
      const [domain, name] = hidden.dataset.email.split(" ").map((part) => [...part].reverse().join(""));
      const link = page.createElement("a");
      link.href = `mailto:${name}@${domain}`;
      link.textContent = `${name}@${domain}`;
      hidden.replaceChildren(link);
    });
  };
  if (one("[data-email]")) signs.forEach((sign) => page.addEventListener(sign, reveal, { passive: true }));
})();
