/** Starts the viewer. A dataset's files do not change under an open page, so what was fetched once is kept. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Boundary } from "./components/Pane";

const MINUTES = 60_000;

const queries = new QueryClient({
  // A failure is shown at once, with Retry beside it, rather than after silent repeats.
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: 30 * MINUTES, retry: false } },
});

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Boundary>
          <App />
        </Boundary>
      </QueryClientProvider>
    </StrictMode>,
  );
