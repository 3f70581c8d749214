/* Keys, focus and small courtesies. Every act also works with a pointer and without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const visible = (element) => element && element.getClientRects().length > 0;

  /* Drafts: what was typed in a row that was closed with Esc comes back when it is opened again. */
  const drafts = new Map();
  const draftName = (form) => form.getAttribute("action");
  function keepDrafts(box) {
    all("form[data-draft]", box).forEach((form) => {
      const typed = [...new FormData(form)].filter(([name, value]) => value && !/^csrf|^revision$/.test(name));
      drafts.set(draftName(form), typed);
    });
  }
  function restoreDrafts(box) {
    all("form[data-draft]", box).forEach((form) => {
      (drafts.get(draftName(form)) || []).forEach(([name, value]) => {
        const field = form.elements.namedItem(name);
        if (!field || field.type === "hidden") return;
        if (field.type === "checkbox") field.checked = true;
        else field.value = value;
      });
    });
  }

  /* Rows of a list: one of them takes part in tabbing, J and K move it. */
  const rows = () => all("tr.item").filter(visible);
  function standOn(row, focus = true) {
    if (!row) return;
    all('tr.item[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    row.tabIndex = 0;
    if (!focus) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  const rowAt = (element) => element && element.closest && one("tr.item", element.closest("tbody.row") || document.createElement("i"));
  function move(step) {
    const list = rows();
    const here = list.indexOf(rowAt(document.activeElement));
    standOn(list[here < 0 ? 0 : Math.min(Math.max(here + step, 0), list.length - 1)]);
  }
  function openRow(row, act) {
    const body = row.closest("tbody.row");
    const link = act ? one(`[data-key="${act}"]`, body) : one("[data-closes]", body) || one("[data-opens]", body);
    if (link) link.click();
    else if (act && body.dataset.acts && body.dataset.acts.includes(act)) {
      const url = `${body.dataset.url}?key=${act}`;
      window.htmx ? window.htmx.ajax("GET", url, { target: body, swap: "outerHTML" }) : location.assign(url);
    }
  }

  let waitsForSection = false;
  const sections = { q: 0, p: 1, c: 2, l: 3, m: 4 };
  const typing = (target) => target.closest("input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Enter" && event.ctrlKey && event.target.form) event.target.form.requestSubmit();
      return;
    }
    const target = event.target;
    if (event.key === "Escape") {
      const menu = target.closest("details[data-menu][open]");
      if (menu) { menu.open = false; one("summary", menu).focus(); return; }
      const body = target.closest("tbody.row.is-open");
      const close = body && one("[data-closes]", body);
      if (close) { keepDrafts(body); close.click(); }
      return;
    }
    if (typing(target) || one("dialog[open]")) return;
    const inList = target.closest(".queue") || target === document.body || target.id === "main";
    /* Between two parts of a page the focus is nowhere: the open row is meant. */
    const row = rowAt(target) || (inList ? rowAt(one("tbody.row.is-open")) : null);
    const key = event.key;
    if (inList && (key === "ArrowDown" || key === "ArrowUp") && row === target) {
      event.preventDefault(); move(key === "ArrowDown" ? 1 : -1); return;
    }
    if (key === "Enter" && row && row === target) { event.preventDefault(); openRow(row); return; }
    if (root.dataset.keys === "off" || event.repeat && !/^[jk]$/i.test(key)) return;
    const letter = key.toLowerCase();
    if (waitsForSection) {
      waitsForSection = false;
      const link = all(".sections a")[sections[letter]];
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const digit = /^[1-8]$/.test(key) && row && one(`[data-digit="${key}"]`, row.closest("tbody.row"));
    if (digit) { event.preventDefault(); digit.checked = true; digit.focus(); digit.dispatchEvent(new Event("change", { bubbles: true })); return; }
    if (key === "/") { event.preventDefault(); const find = one("#find"); find.focus(); find.select(); return; }
    if (key === "?") { event.preventDefault(); one("#keys")?.showModal(); return; }
    if (letter === "g") { waitsForSection = true; setTimeout(() => { waitsForSection = false; }, 1500); return; }
    if (letter === "u") { const undo = one("[data-undo]"); if (undo) { event.preventDefault(); undo.click(); } return; }
    if (!inList) return;
    if (letter === "j" || letter === "k") { event.preventDefault(); move(letter === "j" ? 1 : -1); return; }
    if (row && /^[cobrtsdmn]$/.test(letter)) { event.preventDefault(); openRow(row, letter.toUpperCase()); }
  });

  /* Focus after a part of the page was exchanged. */
  function arrive(box) {
    restoreDrafts(box);
    const wanted = one("[data-takes-focus]", box) || one("form[data-draft] :is(input:not([type=hidden]), select, textarea)", box);
    if (wanted) { wanted.focus(); return true; }
    return false;
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    const box = event.detail.elt;
    if (!box.matches || !box.matches("tbody.row")) { if (box.matches && box.matches("[data-arrives]")) arrive(box); return; }
    if (arrive(box)) return;
    const next = box.dataset.goes === "next" && box.nextElementSibling && one("tr.item", box.nextElementSibling);
    standOn(next || one("tr.item", box) || rows()[0]);
  });
  function refuse(words) {
    const place = one("#toasts");
    if (!place) return;
    place.textContent = "";
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = words;
    place.append(toast);
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403) refuse("Not saved. Your sign-in has ended or your role does not include this. Load the page again.");
    else if (status === 404) refuse("Not saved. This is no longer among your patients, or it is gone. Load the page again.");
    else refuse(`Not saved. The server answered ${status}. What you typed is still here; try again.`);
  });
  document.addEventListener("htmx:sendError", () => refuse("Not saved. The server did not answer. What you typed is still here; try again."));

  /* Menus close when the pointer or the focus leaves them. */
  function closeMenus(except) {
    all("details[data-menu][open]").forEach((menu) => { if (!except || !menu.contains(except)) menu.open = false; });
  }
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => { if (event.target !== document.body) closeMenus(event.target); });

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-submits-itself]")) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const print = event.target.closest("[data-prints]");
    if (print) { event.preventDefault(); window.print(); }
  });

  /* A toast goes after five minutes; the undo stands in the record longer. */
  setInterval(() => {
    all("[data-toast]").forEach((toast) => {
      const age = Number(toast.dataset.age || 0) + 1;
      toast.dataset.age = age;
      if (age > 30) toast.remove();
    });
  }, 10000);

  /* On a phone the dates come before the long identity. */
  if (window.matchMedia("(max-width: 760px)").matches) all("[data-open-when-wide]").forEach((box) => { box.open = false; });
  all("[data-hidden-with-script]").forEach((element) => { element.hidden = true; });
  restoreDrafts(document);
  const wanted = one("[data-takes-focus]");
  if (wanted) wanted.focus();
  standOn(rowAt(one("tbody.row.is-open")) || rows()[0], false);
})();
