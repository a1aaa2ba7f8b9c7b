/** The palette: all that one can go to or do, by some letters of its name; units by number, explanations by words. */
import { useEffect, useState } from "react";
import { manifestQuery } from "../api";
import { type Choice, matching } from "../choices";
import { ChoiceDialog } from "../components/ChoiceDialog";
import { type Destination, parseGoto } from "../goto";
import { actionsHere } from "../keys";
import { anyUnit } from "../neighbours";
import type { DatasetEntry, SearchHit, Site, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { FIRST_SEARCH } from "../search";
import { searchQuery } from "../searchQueries";
import { choose, useTheme } from "../theme";
import type { waysOf } from "../tools";
import { ownId } from "../whichList";
import { plural, unitName } from "../words";
import { useAllLists } from "./useAllLists";

export type Ways = {
  tools: ReturnType<typeof waysOf>;
  datasets: readonly DatasetEntry[]; // the others
  toTool: (tool: Ways["tools"][number]["tool"]) => void;
  toList: (id: string) => void;
  toHome: () => void;
  toDataset: (name: string) => void;
  toUnit: (at: UnitAddress) => void;
  toSearch: (q: string) => void;
  go: (to: Destination) => void;
};

type Doing = Choice & { run: () => void };
type Group = { title: string; options: readonly Doing[] };

const FIRST_LISTS = 5; // before anything is typed
const MOST = 8; // lists, and hits
const PAUSE_MS = 200;

/** Where no dataset is open: actions and pages alone. */
export function PlainPalette({ ways, onClose }: { ways: Ways; onClose: () => void }) {
  const [text, setText] = useState("");
  const groups = useCommon(ways, text, []);
  return <Dialog {...{ text, groups, onClose }} onText={setText} />;
}

type Props = { site: Site; dataset: DatasetEntry; searched: boolean; ways: Ways; onClose: () => void };

export function PalettePane({ site, dataset, searched, ways, onClose }: Props) {
  const [text, setText] = useState("");
  const name = unitName(dataset.source);
  const layers = useQuery(manifestQuery(dataset)).data?.layers ?? [];
  const random: Doing = {
    id: "random",
    title: `Any ${name.toLowerCase()}, by chance`,
    run: () => {
      const to = anyUnit(layers);
      if (to) ways.toUnit(to);
    },
  };
  const common = useCommon(ways, text, layers.length > 0 ? [random] : []);
  const lists = useListChoices(site, dataset, ways);
  const hits = useHits(dataset, searched, text);
  const groups = [
    { title: "Go to", options: destinationOf(text, name, ways) },
    ...common,
    { title: "Lists", options: text ? matching(lists, text).slice(0, MOST) : lists.slice(0, FIRST_LISTS) },
    { title: "Search", options: searched ? searchOf(text, ways) : [] },
    { title: "Explanations", options: hits.map((hit, place) => hitChoice(hit, place, name, ways)) },
  ];
  return <Dialog {...{ text, groups, onClose }} onText={setText} />;
}

type DialogProps = { text: string; groups: Group[]; onText: (text: string) => void; onClose: () => void };

function Dialog({ text, groups, onText, onClose }: DialogProps) {
  const all = groups.flatMap(({ options }) => options);
  return (
    <ChoiceDialog
      label="Pages and actions"
      placeholder="A page, an action, 3:17, or words"
      {...{ text, groups, onText, onClose }}
      said={all.length > 0 ? plural(all.length, "choice") : "Nothing here has this name."}
      onChoose={(id) => all.find((choice) => choice.id === id)?.run()}
    />
  );
}

/** What can be done on this page, and the pages, as far as they have the words that were typed. */
function useCommon(ways: Ways, text: string, more: readonly Doing[]): Group[] {
  const [here] = useState(actionsHere); // the page waits behind the dialog
  const theme = useTheme() === "dark" ? "light" : "dark";
  const actions: Doing[] = [
    ...here.map((action, place) => ({ ...action, id: `action-${place}` })),
    ...more,
    { id: "theme", title: `Use the ${theme} theme`, run: () => choose(theme) },
  ];
  const pages: Doing[] = [
    { id: "home", title: "Home", run: ways.toHome },
    ...ways.tools.map(({ tool, title, about }) => ({
      id: `page-${tool}`,
      title,
      note: about,
      run: () => ways.toTool(tool),
    })),
  ];
  const datasets: Doing[] = ways.datasets.map(({ name, title }) => ({
    id: `dataset-${name}`,
    title,
    run: () => ways.toDataset(name),
  }));
  return [
    { title: "On this page", options: matching(actions, text) },
    { title: "Pages", options: matching(pages, text) },
    { title: "Other datasets", options: matching(datasets, text) },
  ];
}

function useListChoices(site: Site, dataset: DatasetEntry, ways: Ways): Doing[] {
  const { own, shelf, served } = useAllLists(site, dataset);
  const choice = (id: string, title: string, note: string): Doing => ({
    id: `list-${id}`,
    title,
    note,
    run: () => ways.toList(id),
  });
  return [
    ...shelf.kept.map(({ id, list }) => choice(id, list.title, "in this browser")),
    ...(served.data?.lists ?? []).map(({ id, title, own }) =>
      choice(id, title, own ? "yours, on this site" : "on this site"),
    ),
    ...(own.data?.lists ?? []).map(({ title }, place) => choice(ownId(place), title, "the dataset's own")),
  ];
}

/** A unit by its numbers, or the page of a link. */
function destinationOf(text: string, name: string, ways: Ways): Doing[] {
  const to = parseGoto(text);
  if (!to) return [];
  const title = to.page === "unit" ? `Layer ${to.layer} · ${name} ${to.unit}` : "The page of this link";
  return [{ id: "destination", title, run: () => ways.go(to) }];
}

function searchOf(text: string, ways: Ways): Doing[] {
  const q = text.trim();
  return q ? [{ id: "search", title: `Search for “${q}”`, run: () => ways.toSearch(q) }] : [];
}

/** The first explanations that have the words, once nobody types; of words that cannot be searched none. */
function useHits(dataset: DatasetEntry, searched: boolean, text: string): readonly SearchHit[] {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const wanted = searched && asked !== "" && asked === text.trim() && !parseGoto(asked);
  const query = searchQuery(dataset, { ...FIRST_SEARCH, q: asked, where: "explanations" }, { limit: MOST });
  const { data } = useQuery(query, wanted);
  return data?.hits ?? [];
}

function hitChoice({ layer, unit, snippet }: SearchHit, place: number, name: string, ways: Ways): Doing {
  return {
    id: `hit-${place}`,
    title: snippet.text,
    note: `${name} ${layer}:${unit}`,
    run: () => ways.toUnit({ layer, unit }),
  };
}
