/** Starts the viewer. A dataset's files do not change under an open page, so what was fetched once is kept. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Boundary } from "./components/Pane";
import { Queries, QueriesContext } from "./queries";

// What a pane could not draw is told on the page; where that was, only a developer wants to know.
// biome-ignore lint/suspicious/noConsole: as above
const onCaughtError = (error: unknown) => console.warn(error);

const root = document.getElementById("root");
if (root)
  createRoot(root, { onCaughtError }).render(
    <StrictMode>
      <QueriesContext value={new Queries()}>
        <Boundary>
          <App />
        </Boundary>
      </QueriesContext>
    </StrictMode>,
  );
