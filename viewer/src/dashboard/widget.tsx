/** The module of a notebook's widget: draws into a shadow root, so that neither styles nor keys leak in or out. */

import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Failed, Loading } from "../components/States";
import { KeysContext } from "../keys";
import { Asking, type WidgetModel } from "./asking";
import { Dashboard } from "./Dashboard";
import { type Source, widgetSource } from "./source";
import { useHostTheme } from "./themes";

const CSS = process.env["DASHBOARD_CSS"] ?? ""; // page.css: scripts/dashboards.js puts it there

type Known = { source: Source; payload: DataView } | { problem: string } | null;
type Props = { model: WidgetModel; asking: Asking; host: HTMLElement; onStyle: (css: string) => void };

function Widget({ model, asking, host, onStyle }: Props) {
  const themed = useHostTheme(host);
  const [known, setKnown] = useState<Known>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew when somebody says so
  useEffect(() => {
    let current = true;
    const read = () => {
      const payload = model.get("payload");
      widgetSource(payload, asking).then(
        (source) => {
          if (!current) return;
          onStyle(source.head.look.css ?? "");
          setKnown({ source, payload });
        },
        (error: Error) => current && setKnown({ problem: error.message }),
      );
    };
    read();
    model.on("change:payload", read);
    return () => {
      current = false;
      model.off("change:payload", read);
    };
  }, [model, asking, onStyle, tries]);
  if (known === null) return <Loading lines={8} />;
  if ("problem" in known) return <Failed message={known.problem} onRetry={() => setTries(tries + 1)} />;
  return <Dashboard key={changed(known.payload)} source={known.source} {...{ themed, asking }} />;
}

const numbers = new WeakMap<DataView, number>();
let payloads = 0;

/** Another name for another payload: what was typed and chosen belonged to the one before. */
function changed(payload: DataView): number {
  const known = numbers.get(payload);
  if (known !== undefined) return known;
  payloads += 1;
  numbers.set(payload, payloads);
  return payloads;
}

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const host = document.createElement("div");
  host.dataset["lmSuppressShortcuts"] = "true"; // JupyterLab's single keys
  el.append(host);
  const shadow = host.attachShadow({ mode: "open" });
  const [ours, theirs] = [sheetOf(CSS), sheetOf("")];
  shadow.adoptedStyleSheets = [ours, theirs];
  const place = document.createElement("div");
  place.tabIndex = -1; // a click anywhere gives the keys to the dashboard
  place.className = "dash-place";
  shadow.append(place);
  const asking = new Asking(model);
  const onStyle = (css: string) => theirs.replaceSync(css);
  const root = createRoot(place);
  root.render(
    <KeysContext value={place}>
      <Widget {...{ model, asking, host, onStyle }} />
    </KeysContext>,
  );
  return () => {
    root.unmount();
    asking.end();
    host.remove();
  };
}

// scripts/dashboards.js makes the module's default export of it: Parcel builds libraries with React for development
declare const widget: { render?: typeof render };
widget.render = render;
