/** The frame of every page: the bar on top, the page that the address names, help, tooltip. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { siteQuery } from "./api";
import { Help } from "./components/Help";
import { Boundary } from "./components/Pane";
import { Failed, Loading } from "./components/States";
import { TooltipProvider } from "./components/Tooltip";
import { TopBar } from "./components/TopBar";
import type { Destination } from "./goto";
import { useKeys } from "./keys";
import type { DatasetEntry, Site } from "./nouns";
import { HomePage } from "./pages/HomePage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { UnitPage } from "./pages/UnitPage";
import { FIRST_VIEW, firstVisit, navigate, type Route, useRoute } from "./route";
import { unitName } from "./words";

export function App() {
  const route = useRoute();
  const site = useQuery(siteQuery());
  const dataset = site.data ? datasetOf(site.data, route) : undefined;
  const [helping, setHelping] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useArrival(placeOf(route), site.data !== undefined);
  useKeys({ g: () => field.current?.focus(), "?": () => setHelping(true) });
  const go = ({ dataset: named, layer, unit }: Destination) =>
    navigate({ page: "unit", dataset: named ?? dataset?.name ?? null, layer, unit, view: FIRST_VIEW });
  return (
    <>
      <TopBar
        title={site.data?.title ?? "Neuronscope"}
        datasets={site.data?.datasets ?? []}
        chosen={dataset?.name ?? null}
        unitName={unitName(dataset?.source ?? "mlp")}
        field={field}
        onDataset={(name) => navigate({ page: "home", dataset: name, layer: null })}
        onGo={go}
        onHelp={() => setHelping(true)}
      />
      <main id="main" tabIndex={-1}>
        <TooltipProvider>
          <Boundary key={placeOf(route)}>
            <SiteState query={site}>
              {site.data && <Page {...{ route, dataset, site: site.data }} />}
            </SiteState>
          </Boundary>
        </TooltipProvider>
      </main>
      <Help open={helping} onClose={() => setHelping(false)} />
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

function Page({ route, site, dataset }: { route: Route; site: Site; dataset: DatasetEntry | undefined }) {
  if (route.page === "missing") return <NotFoundPage sentence={`No page has the address ${route.path}.`} />;
  if (site.datasets.length === 0) return <NotFoundPage sentence="This site has no datasets yet." />;
  if (!dataset) return <NotFoundPage sentence={`There is no dataset with the name ${route.dataset}.`} />;
  if (dataset.status !== "ready")
    return <NotFoundPage sentence={dataset.detail ?? `${dataset.title} is not open yet.`} />;
  if (route.page === "home") return <HomePage dataset={dataset} layer={route.layer} />;
  return <UnitPage dataset={dataset} layer={route.layer} unit={route.unit} view={route.view} />;
}

function datasetOf(site: Site, route: Route): DatasetEntry | undefined {
  const named = route.page === "missing" ? null : route.dataset;
  return named === null ? site.datasets[0] : site.datasets.find(({ name }) => name === named);
}

/** What page it is, whatever the state of its toggles. */
function placeOf(route: Route): string {
  if (route.page === "unit") return `${route.dataset} ${route.layer} ${route.unit}`;
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
    document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    if (fresh) window.scrollTo(0, 0);
  }, [place, ready]);
}
