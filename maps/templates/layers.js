/* Geometry and layers of a Linli map. Data come as text and numbers only; no text is ever used as HTML here. */
"use strict";
var linli = { STEPS: 100000 };

/** [x, y, dx, dy, ...] in steps of a degree -> [[lat, lon], ...]. */
linli.path = function (flat) {
  const points = [];
  let x = 0, y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    x += flat[i]; y += flat[i + 1];
    points.push([y / linli.STEPS, x / linli.STEPS]);
  }
  return points;
};
linli.polygons = (shape) => shape.map((polygon) => polygon.map(linli.path));

/** An element with text, which the browser never reads as HTML. */
linli.element = function (name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) { made.textContent = text; }
  if (className) { made.className = className; }
  return made;
};
linli.lines = function (head, rest) {
  const box = linli.element("div");
  box.append(linli.element("strong", head));
  for (const line of rest) { box.append(linli.element("div", line)); }
  return box;
};

/** Panes from below to above: name -> z-index. Only those in POINTED answer the pointer. */
linli.PANES = { ground: 210, communities: 300, patterns: 310, data: 320, streets: 350, served: 355, hazards: 360, spaces: 370, lasting: 375, homes: 380, entrances: 390, chosen: 400, refuge: 403, remedies: 405, places: 410 };
linli.POINTED = new Set(["communities", "spaces", "lasting", "refuge", "remedies"]);
linli.SVG = new Set(["patterns", "data", "hazards", "homes", "chosen"]); // only SVG knows patterns
linli.panes = function (map) {
  const renderers = {};
  for (const [name, height] of Object.entries(linli.PANES)) {
    const pane = map.createPane("linli-" + name);
    pane.style.zIndex = height;
    if (linli.POINTED.has(name)) {
      renderers[name] = L.svg({ pane: "linli-" + name, padding: 0.3 });
    } else {
      pane.style.pointerEvents = "none";
      renderers[name] = linli.SVG.has(name) ? L.svg({ pane: "linli-" + name, padding: 0.3 }) : L.canvas({ pane: "linli-" + name, padding: 0.3 });
    }
  }
  return renderers;
};
linli.style = (renderers, pane, rest) => Object.assign({ pane: "linli-" + pane, renderer: renderers[pane], interactive: false }, rest);

linli.STREETS = {
  path: { from: 15, color: "#a08f78", weight: 1, dashArray: "3 3", opacity: 0.8 },
  minor: { from: 13, color: "#ffffff", weight: 1, opacity: 0.75 },
  rail: { from: 12, color: "#7b7b7b", weight: 1.5, dashArray: "6 3", opacity: 0.8 },
  major: { from: 0, color: "#ffffff", weight: 2, opacity: 0.95 },
};
/** Draw the basemap; streets of a class appear where they can be told apart. */
linli.basemap = function (map, base, renderers) {
  L.polygon(linli.polygons(base.green), linli.style(renderers, "ground", { stroke: false, fillColor: "#d3e2c4", fillOpacity: 1, smoothFactor: 1.2 })).addTo(map);
  L.polygon(linli.polygons(base.water), linli.style(renderers, "ground", { stroke: false, fillColor: "#b9d3e6", fillOpacity: 1, smoothFactor: 1.2 })).addTo(map);
  L.polygon(linli.polygons(base.sea), linli.style(renderers, "ground", { stroke: false, fillColor: "#b9d3e6", fillOpacity: 1, smoothFactor: 1.2 })).addTo(map);
  L.polyline(base.rivers.map(linli.path), linli.style(renderers, "ground", { color: "#a9c8de", weight: 1 })).addTo(map);
  L.polyline(base.coast.map(linli.path), linli.style(renderers, "ground", { color: "#6f9fc0", weight: 1.6 })).addTo(map);
  const streets = [];
  for (const name of Object.keys(linli.STREETS)) {
    if (!(name in base.streets)) { continue; }
    const look = linli.STREETS[name];
    streets.push({ look: look, layer: L.polyline(base.streets[name].map(linli.path), linli.style(renderers, "streets", Object.assign({ smoothFactor: 1.5 }, look))) });
  }
  const show = function () {
    const zoom = map.getZoom();
    for (const { look, layer } of streets) {
      if (zoom < look.from) { layer.remove(); continue; }
      layer.setStyle({ weight: look.weight * (zoom < 14 ? 1 : zoom < 16 ? 1.8 : 3) });
      layer.addTo(map);
    }
  };
  map.on("zoomend", show);
  show();
};

linli.PLACE_RANK = { city: 0, town: 1, village: 2, suburb: 3, neighbourhood: 4, quarter: 4, hamlet: 5 };
/** Names of places, the important first; one that would cover another is left out at that zoom. */
linli.places = function (map, places) {
  const where = linli.path(places.points);
  const rank = (i) => linli.PLACE_RANK[places.classes[i]] ?? 6;
  const order = where.map((_, i) => i).sort((a, b) => rank(a) - rank(b));
  const markers = order.map((i) => L.marker(where[i], { pane: "linli-places", interactive: false, keyboard: false, icon: L.divIcon({
    className: "linli-place" + (rank(i) > 1 ? " linli-place-small" : ""), iconSize: null, html: linli.element("span", places.names[i]) }) }));
  const arrange = function () {
    const taken = [], zoom = map.getZoom(), view = map.getBounds().pad(0.2);
    markers.forEach(function (marker, position) {
      const at = map.latLngToLayerPoint(marker.getLatLng()), i = order[position];
      const half = places.names[i].length * 4 + 12;
      const free = view.contains(marker.getLatLng()) && zoom >= [0, 9, 11, 12.5, 14, 14, 15][rank(i)] &&
        !taken.some((other) => Math.abs(other.x - at.x) < other.half + half && Math.abs(other.y - at.y) < 20);
      if (free) { taken.push({ x: at.x, y: at.y, half: half }); marker.addTo(map); } else { marker.remove(); }
    });
  };
  map.on("moveend", arrange);
  arrange();
};

/** A mark where something would help; pointed at, it says what. Undefined where a suggestion has no place. */
linli.mark = function (position, data, renderers) {
  const point = data.remedies.points[position];
  if (!point) { return undefined; }
  const look = { radius: 7, weight: 2, color: "#ffffff", fillColor: data.remedies.colours[position], fillOpacity: 1, interactive: true };
  return L.circleMarker(linli.path(point)[0], linli.style(renderers, "remedies", look))
    .bindTooltip(() => linli.lines(data.remedies.texts[position], []), { sticky: true, className: "linli-wide" });
};

/** Of long descriptions; on a phone above the finger, as there is no room beside it. */
linli.wide = () => ({ sticky: true, className: "linli-wide", direction: linli.narrow() ? "top" : "auto" });

/** A feature of an overlay whose legend says what each looks like: an area, lines, or a disc. */
linli.looked = function (overlay, i, renderers) {
  const look = overlay.looks[overlay.look[i]], kind = overlay.kinds[i], told = overlay.texts.length && overlay.texts[i].length;
  const filled = look.pattern ? "url(#" + look.pattern + ")" : look.colour;
  const style = { color: look.colour, weight: look.width_px, fillColor: filled, interactive: Boolean(told), fillOpacity: kind === "d" ? 0.85 : look.pattern ? 0.85 : 0.55, dashArray: overlay.pattern ? "4 3" : undefined };
  const pane = linli.style(renderers, overlay.group, style);
  let shape;
  if (kind === "d") {
    shape = L.circleMarker(linli.path(overlay.features[i])[0], Object.assign(pane, { radius: overlay.radius_px[i] }));
  } else if (kind === "l") {
    shape = L.polyline(overlay.features[i].map(linli.path), Object.assign(pane, { fill: false }));
  } else {
    shape = L.polygon(linli.polygons(overlay.features[i]), Object.assign(pane, overlay.radius_px.length ? { fillOpacity: 0.25 } : {}));
  }
  if (told) { shape.bindTooltip(() => linli.lines(overlay.texts[i][0], overlay.texts[i].slice(1)), linli.wide()); }
  return shape;
};

/** Discs smaller where the whole city is seen, so that they do not hide each other. */
linli.sized = function (group, overlay, zoom) {
  const scale = zoom < 13 ? 0.55 : zoom < 14 ? 0.75 : 1;
  group.getLayers().forEach((layer, i) => { if (overlay.radius_px[i]) { layer.setRadius(Math.max(3, scale * overlay.radius_px[i])); } });
};

/** The layer of one overlay, made when it is first shown: most are never looked at. */
linli.overlay = function (overlay, data, renderers) {
  const group = L.featureGroup();
  if (overlay.style === "mark") {
    for (const position of overlay.features) { group.addLayer(linli.mark(position, data, renderers)); }
    return group;
  }
  if (overlay.style === "looks") { // below first; discs are kept first, so that they can be named by their place
    overlay.features.forEach((_, i) => group.addLayer(linli.looked(overlay, i, renderers)));
    return group;
  }
  if (overlay.style === "dot") {
    for (const point of linli.path(overlay.features)) {
      group.addLayer(L.circleMarker(point, linli.style(renderers, "entrances", { radius: 3, weight: 1, color: "#ffffff", fillColor: overlay.colour, fillOpacity: 1 })));
    }
    return group;
  }
  const look = { color: overlay.colour, stroke: overlay.group !== "data", weight: overlay.pattern ? 0.8 : 1.5, dashArray: overlay.group === "hazards" && overlay.pattern ? "4 3" : undefined, fillColor: overlay.pattern ? "url(#" + overlay.pattern + ")" : overlay.colour, fillOpacity: overlay.pattern ? 0.8 : overlay.group === "served" ? 0.3 : 0.5 };
  const shapes = { gaps: data.homes, data: data.communities.shapes }[overlay.group];
  const pane = { data: "data", spaces: "spaces", inventory: "spaces", critical: "remedies", hazards: "hazards", gaps: "homes", served: "served" }[overlay.group];
  overlay.features.forEach(function (feature, i) {
    const shape = L.polygon(linli.polygons(shapes ? shapes[feature] : feature), linli.style(renderers, pane, Object.assign({}, look)));
    if (overlay.texts.length) {
      shape.options.interactive = true;
      shape.bindTooltip(() => linli.lines(overlay.texts[i][0], overlay.texts[i].slice(1)), ["inventory", "critical"].includes(overlay.group) ? linli.wide() : { sticky: true });
    }
    group.addLayer(shape);
  });
  return group;
};
