/** The frame of every page: the bar on top, the page that the address names, help, tooltip. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { isLive, siteQuery } from "./api";
import { datasetOf } from "./arrival";
import { HowContext } from "./components/How";
import { late } from "./components/Late";
import { MenuProvider } from "./components/Menu";
import { Boundary } from "./components/Pane";
import { Failed, Loading } from "./components/States";
import { TooltipProvider } from "./components/Tooltip";
import { TopBar } from "./components/TopBar";
import type { Destination } from "./goto";
import { type Bindings, focusField, useKeys } from "./keys";
import type { DatasetEntry, Site } from "./nouns";
import { ToolPage } from "./pages/ToolPage";
import { UnitPage } from "./pages/UnitPage";
import { useQuery } from "./queries";
import { firstVisit, formatRoute, navigate, type Route, useRoute } from "./route";
import { FIRST_SEARCH, whyNot } from "./search";
import { unitName } from "./words";

const HomePage = late(async () => (await import("./pages/HomePage")).HomePage, 12);
const searchPage = () => import("./pages/SearchPage");
const SearchPage = late(async () => (await searchPage()).SearchPage, 12);
const Palette = late(async () => (await import("./pages/Palette")).Palette, 0);
const NotFound = late(async () => (await import("./pages/NoticePage")).NotFound, 3);
const NotReady = late(async () => (await import("./pages/NoticePage")).NotReady, 3);
const HowDialog = late(async () => (await import("./components/HowDialog")).HowDialog, 1);
const HelpDialog = late(async () => (await import("./components/HelpDialog")).HelpDialog, 1);

/** Brings the script of the search page. */
export const searchAhead = () =>
  SearchPage.ahead()
    .then(searchPage)
    .then(({ firstFound }) => firstFound);

export function App() {
  const route = useRoute();
  const framed = route.page === "unit" && route.view.framed !== null; // in another page, which has a bar and keys of its own
  const site = useQuery(siteQuery());
  const dataset = site.data ? datasetOf(site.data, route) : undefined;
  const about = useMemo(
    () => (site.data && dataset ? { site: site.data, dataset, lines: isLive(dataset), HowDialog } : null),
    [site.data, dataset],
  );
  const [helping, setHelping] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const [address] = formatRoute(route).split("?"); // without what was toggled
  useArrival(placeOf(route), site.data !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: help is about the page it was opened on
  useEffect(() => setHelping(false), [address]);
  const toField = () => {
    field.current?.focus();
    field.current?.select(); // what stands there is written over
  };
  const searched = site.data && dataset && whyNot(site.data, dataset) === null ? dataset.name : null;
  const search = (q: string) =>
    searched !== null && navigate({ page: "search", dataset: searched, search: { ...FIRST_SEARCH, q } });
  const keys: Bindings = {
    g: ["Go to a layer and number", toField],
    ...(searched !== null && { "/": ["Search", () => focusField("input[type=search]") || search("")] }),
    "?": ["Keys and words", () => setHelping(true)],
    "Ctrl k": () => setChoosing(true),
  };
  useKeys(framed ? {} : keys);
  const go = (to: Destination) =>
    navigate(to.page === "unit" ? { ...to, dataset: to.dataset ?? dataset?.name ?? null } : to);
  return (
    <>
      {!framed && (
        <TopBar
          title={site.data?.title ?? "Neuronscope"}
          datasets={site.data?.datasets ?? []}
          chosen={dataset?.name ?? null}
          unitName={unitName(dataset?.source ?? "mlp")}
          address={address}
          field={field}
          searchHref={
            searched === null || route.page === "home" || route.page === "search" // which have a field of their own
              ? null
              : formatRoute({ page: "search", dataset: searched, search: FIRST_SEARCH })
          }
          onSearch={search}
          onDataset={(name) => navigate({ page: "home", dataset: name, layer: null })}
          onGo={go}
          onPalette={() => setChoosing(true)}
          onHelp={() => setHelping(true)}
        />
      )}
      <main id="main" tabIndex={-1} className={framed ? "framed" : undefined}>
        <TooltipProvider>
          <MenuProvider key={placeOf(route)}>
            <Boundary>
              <SiteState query={site}>
                {site.data && (
                  <HowContext value={about}>
                    <Page {...{ route, dataset, site: site.data, retry: () => site.refetch() }} />
                  </HowContext>
                )}
              </SiteState>
            </Boundary>
          </MenuProvider>
        </TooltipProvider>
      </main>
      {choosing && <Palette site={site.data} {...{ dataset, searched }} onClose={() => setChoosing(false)} />}
      {helping && <HelpDialog onClose={() => setHelping(false)} />}
    </>
  );
}

type SiteProps = {
  query: { error: Error | null; isFetching: boolean; refetch: () => void };
  children: ReactNode;
};

/** Nothing can be shown before the site says what there is. */
function SiteState({ query, children }: SiteProps) {
  if (children) return children;
  if (query.isFetching || !query.error) return <Loading lines={6} />;
  return <Failed message={query.error.message} onRetry={() => query.refetch()} />;
}

type PageProps = { route: Route; site: Site; dataset: DatasetEntry | undefined; retry: () => void };

function Page({ route, site, dataset, retry }: PageProps) {
  if (route.page === "missing") return <NotFound>No page has the address {route.path}.</NotFound>;
  if (site.datasets.length === 0) return <NotFound>This site has no datasets yet.</NotFound>;
  if (!dataset) return <NotFound>There is no dataset with the name {route.dataset}.</NotFound>;
  if (dataset.status !== "ready") return <NotReady {...{ dataset, retry }} />;
  const refused = whyNot(site, dataset);
  if (route.page === "home")
    return <HomePage {...{ site, dataset }} layer={route.layer} searched={!refused} />;
  if (route.page === "search") return <SearchPage {...{ dataset, refused }} search={route.search} />;
  if (route.page === "tool") return <ToolPage {...{ site, dataset, route }} />;
  return <UnitPage {...{ site, dataset }} layer={route.layer} unit={route.unit} view={route.view} />;
}

/** What page it is, whatever the state of its toggles. */
function placeOf(route: Route): string {
  if (route.page === "unit") return `${route.dataset} ${route.layer} ${route.unit}`;
  if (route.page === "search") return `${route.dataset} search`;
  if (route.page === "tool") return [route.dataset, route.tool, ...route.rest].join(" ");
  return route.page === "home" ? `${route.dataset}` : route.path;
}

/** On a new page: its title has the focus, and a page not met before starts at its top. */
function useArrival(place: string, ready: boolean): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (!ready || last.current === place) return;
    const opened = last.current !== null;
    last.current = place;
    const fresh = firstVisit();
    if (!opened) return; // the first page: the browser's own focus and scroll position stay
    if (fresh) window.scrollTo(0, 0);
    return focusTitle();
  }, [place, ready]);
}

/** A page in a script of its own has its title a moment later: unless something else has the focus by then. */
function focusTitle(): () => void {
  const there = () => {
    const found = document.querySelector<HTMLElement>("h1");
    found?.focus({ preventScroll: true });
    return found !== null;
  };
  const watch = new MutationObserver(() => {
    if (document.activeElement !== document.body || there()) watch.disconnect();
  });
  if (!there()) watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
