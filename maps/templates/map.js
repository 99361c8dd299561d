/* What happens on a Linli map: views, legend, overlays, list and cards. */
"use strict";

linli.start = function (map) {
  const data = JSON.parse(document.getElementById("linli-data").textContent);
  const renderers = linli.panes(map);
  const state = { map: map, data: data, renderers: renderers, overlays: new Map(), view: null, chosen: null };
  L.control.scale({ imperial: false, position: 'topleft' }).addTo(map);
  for (const fold of document.querySelectorAll("#linli-views, .key")) { fold.open = !linli.narrow(); }
  linli.home(state);
  linli.overview(state);
  linli.basemap(map, data.basemap, renderers);
  linli.communities(state);
  linli.places(map, data.basemap.places);
  linli.views(state);
  linli.overlayBoxes(state);
  linli.pointers(state);
  linli.ranking(state);
  linli.panel(state);
  linli.state = state;
};

linli.byId = (id) => document.getElementById(id);
linli.narrow = () => window.matchMedia("(max-width: 760px)").matches;

linli.communities = function (state) {
  const all = state.data.communities;
  const look = linli.style(state.renderers, "communities", { interactive: true, color: "#fff", opacity: 0.9, weight: 0.8, fillOpacity: 0.85, smoothFactor: 0.3 });
  state.communities = all.shapes.map(function (shape, i) {
    const layer = L.polygon(linli.polygons(shape), look);
    layer.bindTooltip(() => linli.lines(all.names[i], (all.places[i] ? [all.places[i]] : []).concat(all.tips[i])), { sticky: true, direction: "top" });
    layer.on("mouseover", () => layer.setStyle({ weight: 2.5, color: "#1d2327" }).bringToFront());
    layer.on("mouseout", () => layer.setStyle({ weight: look.weight, color: look.color }));
    layer.on("click", () => linli.choose(state, i, false));
    return layer.addTo(state.map);
  });
  // Patterns lie over the colour, so that a class keeps both.
  state.patterned = L.featureGroup().addTo(state.map);
};

/** Show `bounds` in the part of the map that neither the box nor, on a phone, the open panel covers. */
linli.fit = function (state, bounds, maxZoom) {
  const box = linli.byId("linli-box"), size = state.map.getSize(), free = { topLeft: [14, 14], bottomRight: [14, 30] };
  if (linli.narrow()) {
    const panel = linli.byId("linli-panel");
    const sheet = panel.classList.contains("open") ? linli.SHEET * window.innerHeight - (window.innerHeight - size.y) : 0;
    free.topLeft[1] = sheet || box.offsetHeight > size.y / 2 ? 14 : box.offsetHeight + 14;
    free.bottomRight[1] = Math.max(30, sheet + 14);
  } else if (size.x > 2 * box.offsetWidth) {
    free.bottomRight[0] = box.offsetWidth + 26;
  }
  state.map.fitBounds(bounds, { animate: false, maxZoom: maxZoom, paddingTopLeft: free.topLeft, paddingBottomRight: free.bottomRight });
  state.fitted = { bounds: bounds, maxZoom: maxZoom, zoom: state.map.getZoom(), center: state.map.getCenter() };
};
/** After the panel on a phone has opened or closed: fit the same again, unless the reader has moved the map. */
linli.refit = function (state) {
  const last = state.fitted, map = state.map;
  const moved = map.getZoom() !== last.zoom || map.latLngToContainerPoint(last.center).distanceTo(map.getSize().divideBy(2)) > 2;
  if (linli.narrow() && !moved) { linli.fit(state, last.bounds, last.maxZoom); }
};
linli.SHEET = 0.55; // height of the open panel on a phone, as in page.css

/** The whole study area, as the page opens. */
linli.overview = (state) => linli.fit(state, state.data.bounds, 19);

/** A button below the zoom that leads there from anywhere. */
linli.home = function (state) {
  const Home = L.Control.extend({ options: { position: "topleft" }, onAdd: function () {
    const bar = linli.element("div", undefined, "leaflet-bar"), button = linli.element("button", undefined, "linli-home");
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    icon.setAttribute("viewBox", "0 0 20 20");
    icon.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M10 3 2 10h2.5v7h4v-5h3v5h4v-7H18z");
    icon.append(path);
    button.type = "button";
    button.title = state.data.words.home;
    button.setAttribute("aria-label", state.data.words.home);
    button.append(icon);
    button.addEventListener("click", () => linli.overview(state));
    bar.append(button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  } });
  new Home().addTo(state.map);
};

/** Colour the communities by a view, and show its legend. */
linli.show = function (state, id) {
  const view = state.data.views.find((each) => each.id === id);
  state.view = id;
  state.patterned.clearLayers();
  state.communities.forEach(function (layer, i) {
    const fill = view.fills[view.classes[i]];
    layer.setStyle({ fillColor: fill.colour });
    if (fill.pattern) {
      state.patterned.addLayer(L.polygon(layer.getLatLngs(), linli.style(state.renderers, "patterns", { stroke: false, smoothFactor: 0.3, fillColor: "url(#" + fill.pattern + ")", fillOpacity: 0.75 })));
    }
  });
  state.map.getPane("linli-data").style.display = id === "data" ? "none" : ""; // the view has the same marks
  for (const legend of document.querySelectorAll("[data-legend]")) { legend.hidden = legend.dataset.legend !== id; }
  for (const radio of document.querySelectorAll("input[name=linli-view]")) { radio.checked = radio.value === id; }
  for (const button of document.querySelectorAll("[data-show-view]")) { button.setAttribute("aria-current", String(button.dataset.showView === id)); }
};

linli.views = function (state) {
  for (const radio of document.querySelectorAll("input[name=linli-view]")) {
    radio.addEventListener("change", () => linli.show(state, radio.value));
  }
  for (const button of document.querySelectorAll("[data-show-view]")) {
    button.addEventListener("click", () => linli.show(state, button.dataset.showView));
  }
  linli.show(state, state.data.views[0].id);
};

/** Below this zoom ten thousand entrances are a blot. */
linli.ENTRANCES_FROM = 14;

linli.overlayBoxes = function (state) {
  const boxes = [...document.querySelectorAll("[data-overlay]")];
  const refresh = function () {
    for (const box of boxes) {
      const told = document.querySelector("[data-weak='" + box.dataset.overlay + "']");
      if (told) { told.hidden = !box.checked; }
      const looks = box.closest("label").nextElementSibling; // the legend of what is drawn, while it is drawn
      if (looks && looks.classList.contains("looks")) { looks.hidden = !box.checked; }
      const overlay = state.data.overlays.find((each) => each.id === box.dataset.overlay);
      const wanted = box.checked && (overlay.style !== "dot" || state.map.getZoom() >= linli.ENTRANCES_FROM);
      if (wanted && !state.overlays.has(overlay.id)) {
        state.overlays.set(overlay.id, linli.overlay(overlay, state.data, state.renderers));
      }
      const layer = state.overlays.get(overlay.id);
      if (layer) { wanted ? layer.addTo(state.map) : layer.remove(); }
      if (layer && overlay.radius_px.length) { linli.sized(layer, overlay, state.map.getZoom()); }
    }
  };
  for (const box of boxes) { box.addEventListener("change", refresh); }
  state.map.on("zoomend", refresh);
  refresh();
};

/** Show one feature of an overlay, or all of it, as a line of the panel asks. */
linli.point = function (state, id, place) {
  const box = [...document.querySelectorAll("[data-overlay]")].find((each) => each.dataset.overlay === id);
  if (!box) { return; }
  if (!box.checked) { box.click(); }
  const group = state.overlays.get(id), layer = place < 0 ? group : group.getLayers()[place];
  const bounds = layer.getBounds ? layer.getBounds() : L.latLngBounds([layer.getLatLng()]);
  linli.fit(state, bounds, 17);
  if (place >= 0) { layer.openTooltip(bounds.getCenter()); }
};
linli.pointers = function (state) {
  for (const button of document.querySelectorAll("[data-show-overlay]")) {
    button.addEventListener("click", () => linli.point(state, button.dataset.showOverlay, Number(button.dataset.feature)));
  }
};

/** Put markup of our own templates into an element: they escape, see maps/escape.py. Nothing else may come here. */
linli.fill = function (element, markup) { element.innerHTML = markup; };

/** Outline a community and the homes concerned in it, and open its card. */
linli.choose = function (state, i, zoom) {
  if (state.chosen) { state.chosen.remove(); }
  const layer = state.communities[i], all = state.data.communities;
  state.chosen = L.featureGroup([L.polygon(layer.getLatLngs(), linli.style(state.renderers, "chosen", { color: "#111111", weight: 3.5, fill: false }))]);
  for (const home of all.homes[i]) {
    state.chosen.addLayer(L.polygon(linli.polygons(state.data.homes[home]), linli.style(state.renderers, "homes", { color: "#4b0d4f", weight: 1, fillColor: "url(#pattern-gap)", fillOpacity: 0.85 })));
  }
  linli.marks(state, state.data.remedies.of[i] || []);
  state.chosen.addTo(state.map);
  state.chosenIndex = i;
  const card = linli.byId("linli-card");
  linli.fill(card, state.data.cards[i]);
  for (const place of card.querySelectorAll("[data-rule]")) { linli.fill(place, state.data.rules[place.dataset.rule]); }
  for (const list of card.querySelectorAll("[data-remedies]")) { linli.help(state, list, list.dataset.remedies.split(" ").map(Number)); }
  card.querySelector("[data-sources]").append(linli.element("p", state.data.sources, "fine"));
  card.hidden = false;
  linli.byId("linli-overview").hidden = true;
  linli.open(true);
  linli.byId("linli-panel").scrollTop = 0;
  if (zoom || linli.narrow()) { linli.fit(state, layer.getBounds().pad(0.4), 16); }
  card.querySelector("h2").focus({ preventScroll: true });
};

/** Mark on the map, with what is chosen, where something would help. */
linli.marks = function (state, positions) {
  for (const position of positions) {
    const mark = linli.mark(position, state.data, state.renderers);
    if (mark) { state.chosen.addLayer(mark); }
  }
};
/** List what would help; what has a place leads there. */
linli.help = function (state, list, positions) {
  for (const position of positions) {
    const item = linli.element("li"), point = state.data.remedies.points[position], text = state.data.remedies.texts[position];
    if (point) {
      const button = linli.element("button", text);
      button.type = "button";
      button.addEventListener("click", () => state.map.setView(linli.path(point)[0], Math.max(state.map.getZoom(), 16), { animate: false }));
      item.append(button);
    } else { item.append(text); }
    list.append(item);
  }
};

/** Show a gap of a unit above the community: its ground, and where something would help. The list stays. */
linli.ground = function (state, task) {
  if (state.chosen) { state.chosen.remove(); }
  const outline = L.polygon(linli.polygons(task.ground), linli.style(state.renderers, "chosen", { color: "#111111", weight: 3.5, fill: false }));
  state.chosen = L.featureGroup([outline]);
  linli.marks(state, task.remedies);
  state.chosen.addTo(state.map);
  linli.fit(state, outline.getBounds(), 16);
};

linli.back = function (state) {
  if (state.chosen) { state.chosen.remove(); state.chosen = null; }
  for (const other of document.querySelectorAll("#linli-rank [aria-current]")) { other.removeAttribute("aria-current"); }
  const card = linli.byId("linli-card");
  card.hidden = true;
  card.replaceChildren();
  linli.byId("linli-overview").hidden = false;
  linli.overview(state);
  linli.byId("linli-panel").scrollTop = state.scroll || 0;
  const again = document.querySelector("#linli-rank button[data-community='" + state.chosenIndex + "']");
  if (again) { again.focus({ preventScroll: true }); }
};

linli.FIRST = 8;
linli.rankItem = function (state, entry) {
  const [i, figure, share, told, name, task] = entry, all = state.data.communities;
  const item = linli.element("li"), button = linli.element("button");
  button.type = "button";
  if (i >= 0) { button.dataset.community = i; }
  button.append(linli.element("b", name || all.names[i]));
  if (figure) { button.append(linli.element("span", figure, "number")); }
  const about = told || [all.places[i], figure ? all.short[i] : ""].filter(Boolean).join(" · ");
  if (about || all.badges[i]) {
    const line = linli.element("small", about);
    if (all.badges[i]) { line.append(" ", linli.element("span", all.badges[i], "badge")); }
    button.append(line);
  }
  for (const position of task >= 0 ? state.data.tasks[task].first : []) { button.append(linli.element("span", state.data.remedies.texts[position], "help")); }
  if (task >= 0 && state.data.tasks[task].none) { button.append(linli.element("span", state.data.tasks[task].none, "help")); }
  if (figure) {
    const track = linli.element("span", "", "track"), bar = linli.element("i");
    bar.style.width = (100 * share).toFixed(1) + "%";
    track.append(bar);
    button.append(track);
  }
  button.addEventListener("click", function () {
    state.scroll = linli.byId("linli-panel").scrollTop;
    for (const other of document.querySelectorAll("#linli-rank [aria-current]")) { other.removeAttribute("aria-current"); }
    if (i >= 0) { linli.choose(state, i, true); return; }
    button.setAttribute("aria-current", "true");
    linli.ground(state, state.data.tasks[task]);
  });
  item.append(button);
  return item;
};

linli.ranking = function (state) {
  const list = linli.byId("linli-rank"), more = linli.byId("linli-more"), find = linli.byId("linli-find");
  const all = state.data.communities, words = state.data.words, byShort = state.data.rankings.find((each) => each.id === "short").entries;
  const listed = new Set(byShort.map((entry) => entry[0]));
  const everything = byShort.concat(all.names.map((_, i) => [i, "", 0, "", "", -1]).filter((entry) => !listed.has(entry[0])));
  let long = false, order = state.data.rankings[0];
  const fill = function () {
    const wanted = find.value.trim().toLowerCase(), ranked = order.entries;
    const found = wanted ? everything.filter(([i]) => (all.names[i] + " " + all.places[i]).toLowerCase().includes(wanted)) : ranked;
    const shown = long || wanted ? found.slice(0, 400) : found.slice(0, linli.FIRST);
    list.className = order.id === "resilience" || !all.short.some(Boolean) ? "neutral" : ""; // nothing is judged: no red bars
    list.replaceChildren(...shown.map((entry) => linli.rankItem(state, entry)));
    if (wanted && !found.length) { list.append(linli.element("li", words.nothing)); }
    more.hidden = Boolean(wanted) || ranked.length <= linli.FIRST;
    more.textContent = long ? words.fewer : words.all.replace("{n}", ranked.length);
  };
  for (const radio of document.querySelectorAll("input[name=linli-order]")) {
    radio.addEventListener("change", function () {
      order = state.data.rankings.find((each) => each.id === radio.value);
      long = false;
      linli.byId("linli-hint").textContent = order.hint;
      fill();
    });
  }
  find.addEventListener("input", fill);
  more.addEventListener("click", function () { long = !long; fill(); });
  fill();
};

linli.open = function (wanted) {
  linli.byId("linli-panel").classList.toggle("open", wanted);
  linli.byId("linli-grip").setAttribute("aria-expanded", String(wanted));
};

linli.panel = function (state) {
  const grip = linli.byId("linli-grip");
  grip.addEventListener("click", function () {
    linli.open(!linli.byId("linli-panel").classList.contains("open"));
    linli.refit(state);
  });
  linli.byId("linli-card").addEventListener("click", function (event) {
    if (event.target.closest("[data-back]")) { linli.back(state); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && state.chosen) { linli.back(state); }
  });
  new ResizeObserver(() => state.map.invalidateSize({ animate: false })).observe(state.map.getContainer());
};
