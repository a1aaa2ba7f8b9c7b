/** Starts the viewer. A dataset's files do not change under an open page, so what was fetched once is kept. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, searchAhead } from "./App";
import { arrive } from "./arrival";
import { Boundary } from "./components/Pane";
import { toolAhead } from "./pages/ToolPage";
import { Queries, QueriesContext } from "./queries";
import { parseHash } from "./route";

// What a pane could not draw is told on the page; where that was, only a developer wants to know.
// biome-ignore lint/suspicious/noConsole: as above
const onCaughtError = (error: unknown) => console.warn(error);

const PATIENCE_MS = 150; // as long as a page may stay empty for the sake of being drawn once

const queries = new Queries();
const patience = new Promise<void>((end) => setTimeout(end, PATIENCE_MS));

Promise.race([arrive(queries, parseHash(location.hash), toolAhead, searchAhead), patience]).then(() => {
  const root = document.getElementById("root");
  if (root)
    createRoot(root, { onCaughtError }).render(
      <StrictMode>
        <QueriesContext value={queries}>
          <Boundary>
            <App />
          </Boundary>
        </QueriesContext>
      </StrictMode>,
    );
});
