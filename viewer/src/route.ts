/** The address bar: hash in, route out, and back. Everything a person changed on a page stands in its link. */
import { useMemo, useSyncExternalStore } from "react";
import { formatSearch, parseSearch, type Search } from "./search";
import { isTool, type Tool } from "./tools";
import { FIRST_VIEW, FRAMED, PANES, type PaneName, type UnitView } from "./view";

export type Route =
  | { page: "home"; dataset: string | null; layer: number | null }
  | { page: "unit"; dataset: string | null; layer: number; unit: number; view: UnitView }
  | { page: "search"; dataset: string; search: Search }
  | ToolRoute
  | { page: "missing"; path: string };

/** A page that comes late: it reads the rest of its link, and what stands behind the "?", itself. */
export type ToolRoute = {
  page: "tool";
  dataset: string;
  tool: Tool;
  rest: readonly string[];
  query: string;
};

const INDEX = /^\d{1,9}$/;
export const OPEN = /^[a-z0-9.-]+(:\d+:(line|snippet|full))?$/;

/** The values of each choice in the link, the first one last. */
const CHOICES = {
  context: ["line", "full", FIRST_VIEW.context],
  breaks: ["broken", FIRST_VIEW.breaks],
  colour: ["text", FIRST_VIEW.colour],
  beside: ["overlaid", "difference", FIRST_VIEW.beside],
} as const;
type Choice = keyof typeof CHOICES;
const NAMES = Object.keys(CHOICES) as Choice[];

/** The route that a hash names; a hash that names none is the missing page, never an error. */
export function parseHash(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  const parts = path.split("/").filter(Boolean).map(decode);
  if (parts.length === 0) return { page: "home", dataset: null, layer: null };
  const [first, second, third, fourth] = parts;
  if (first === "layers" && third === "neurons" && parts.length === 4)
    return unitRoute(null, second, fourth, query) ?? { page: "missing", path };
  if (first !== "d" || second === undefined) return { page: "missing", path };
  if (third === undefined) return { page: "home", dataset: second, layer: null };
  if (isTool(third)) return { page: "tool", dataset: second, tool: third, rest: parts.slice(3), query };
  if (parts.length > 4) return { page: "missing", path };
  if (third === "search" && fourth === undefined)
    return { page: "search", dataset: second, search: parseSearch(query) };
  if (!INDEX.test(third)) return { page: "missing", path };
  if (fourth === undefined) return { page: "home", dataset: second, layer: Number(third) };
  return unitRoute(second, third, fourth, query) ?? { page: "missing", path };
}

function unitRoute(
  dataset: string | null,
  layer: string | undefined,
  unit: string | undefined,
  query: string,
): Route | null {
  if (!INDEX.test(layer ?? "") || !INDEX.test(unit ?? "")) return null;
  return { page: "unit", dataset, layer: Number(layer), unit: Number(unit), view: parseView(query) };
}

function parseView(query: string): UnitView {
  const asked = new URLSearchParams(query);
  const chosen = <Name extends Choice>(name: Name): UnitView[Name] => {
    const values: readonly string[] = CHOICES[name];
    const value = asked.get(name) ?? "";
    return (values.includes(value) ? value : FIRST_VIEW[name]) as UnitView[Name];
  };
  return {
    context: chosen("context"),
    breaks: chosen("breaks"),
    colour: chosen("colour"),
    beside: chosen("beside"),
    open: (asked.get("open") ?? "").split(",").filter((name) => OPEN.test(name)),
    text: asked.get("text") ?? "",
    framed: asked.get("embed") === "true" ? framedIn(asked.get("panes")) : null,
  };
}

function framedIn(named: string | null): readonly PaneName[] {
  const asked = named?.split(",");
  return asked ? PANES.filter((name) => asked.includes(name)) : FRAMED;
}

/** The hash of a route, shortest form: what is as it was at first is left out. */
export function formatRoute(route: Route): string {
  if (route.page === "missing") return `#${route.path}`;
  if (route.page === "search")
    return `#/d/${encodeURIComponent(route.dataset)}/search${formatSearch(route.search)}`;
  if (route.page === "tool") return toolHash(route);
  if (route.dataset === null) return route.page === "home" ? "#/" : oldForm(route);
  const dataset = `#/d/${encodeURIComponent(route.dataset)}`;
  if (route.page === "home") return route.layer === null ? dataset : `${dataset}/${route.layer}`;
  return `${dataset}/${route.layer}/${route.unit}${formatView(route.view)}`;
}

/** The hash of such a page. */
export const toolHref = (dataset: string, tool: Tool, rest: readonly string[] = [], query = ""): string =>
  toolHash({ page: "tool", dataset, tool, rest, query });

function toolHash({ dataset, tool, rest, query }: ToolRoute): string {
  const path = [dataset, tool, ...rest].map(encodeURIComponent).join("/");
  return `#/d/${path}${query && `?${query}`}`;
}

const oldForm = (route: { layer: number; unit: number; view: UnitView }): string =>
  `#/layers/${route.layer}/neurons/${route.unit}${formatView(route.view)}`;

function formatView(view: UnitView): string {
  const changed = NAMES.filter((name) => view[name] !== FIRST_VIEW[name]);
  const parts = changed.map((name) => `${name}=${view[name]}`);
  if (view.open.length > 0) parts.push(`open=${view.open.join(",")}`);
  if (view.text) parts.push(String(new URLSearchParams({ text: view.text })));
  if (view.framed) parts.push("embed=true");
  if (view.framed && String(view.framed) !== String(FRAMED)) parts.push(`panes=${view.framed.join(",")}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % is itself
  }
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  window.addEventListener("popstate", changed);
  return () => {
    window.removeEventListener("hashchange", changed);
    window.removeEventListener("popstate", changed);
  };
}

/** The route of the address bar, kept up to date. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseHash(hash), [hash]);
}

/** Goes to a route. Pages push a history entry; toggles replace the one they are on. */
export function navigate(route: Route, options: { replace: boolean } = { replace: false }): void {
  const hash = formatRoute(route);
  if (!options.replace) {
    window.location.hash = hash;
    return;
  }
  window.history.replaceState(window.history.state, "", hash);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Whether the history entry on screen is met for the first time; going back or forward meets it again. */
export function firstVisit(): boolean {
  const seen = window.history.state === "seen";
  if (!seen) window.history.replaceState("seen", "");
  return !seen;
}
