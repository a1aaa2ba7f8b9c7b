/** The bar that stays: name, dataset, search, go to, palette, help, theme. */
import type { RefObject } from "react";
import type { Destination } from "../goto";
import type { DatasetEntry } from "../nouns";
import { choose, useTheme } from "../theme";
import { GoTo } from "./GoTo";
import { SearchField } from "./SearchField";
import { ThemeButton } from "./ThemeButton";

type Props = {
  title: string;
  datasets: readonly DatasetEntry[];
  chosen: string | null;
  unitName: string;
  address: string | undefined;
  field: RefObject<HTMLInputElement | null>;
  searchHref: string | null; // null where nothing can be searched, or the page has the field
  onSearch: (text: string) => void;
  onDataset: (name: string) => void;
  onGo: (to: Destination) => void;
  onPalette: () => void;
  onHelp: () => void;
};

export function TopBar(props: Props) {
  const { title, datasets, chosen, unitName, address, field, onDataset, onGo, onHelp, onPalette } = props;
  const { searchHref, onSearch } = props;
  return (
    <>
      <SkipLink />
      <header className="bar">
        <a className="brand" href="#/">
          {title}
        </a>
        <DatasetChoice {...{ datasets, chosen, onDataset }} />
        {searchHref !== null && (
          <>
            <SearchField label="Search" onSearch={onSearch} />
            <a className="icon magnifier" href={searchHref} aria-label="Search">
              <Magnifier />
            </a>
          </>
        )}
        <GoTo key={address} name={unitName} onGo={onGo} field={field} />
        <button
          type="button"
          className="icon"
          aria-label="Pages and actions"
          title="Ctrl K"
          onClick={onPalette}
        >
          <Prompt />
        </button>
        <button type="button" className="icon" aria-label="Keys and words" onClick={onHelp}>
          ?
        </button>
        <ThemeButton theme={useTheme()} onTheme={choose} />
      </header>
    </>
  );
}

const Drawing = ({ lines }: { lines: string }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <path d={lines} fill="none" stroke="currentColor" strokeWidth="1.5" />
  </svg>
);
const Magnifier = () => <Drawing lines="M10.5 10.5 15 15M12 6.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z" />;
const Prompt = () => <Drawing lines="M2 3.5 6.5 8 2 12.5M8 12.5h6" />;

/** To the page's content without a change of the address, which is the route. */
function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads to a part of this page, which is what anchors are for
    <a
      className="skip"
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}

type ChoiceProps = Pick<Props, "datasets" | "chosen" | "onDataset">;

function DatasetChoice({ datasets, chosen, onDataset }: ChoiceProps) {
  const only = datasets.length === 1 ? datasets[0] : undefined;
  if (only) return <span className="dataset">{only.title}</span>;
  if (datasets.length === 0) return null;
  return (
    <select
      className="dataset"
      aria-label="Dataset"
      value={chosen ?? ""}
      onChange={(event) => onDataset(event.target.value)}
    >
      {chosen === null && <option value="">Pick a dataset</option>}
      {datasets.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}
