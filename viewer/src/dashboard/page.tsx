/** The script of one file: reads the data that stands in it and draws it in place of the first unit's plain text. */
import "../styles/dashboard.css";
import { createRoot } from "react-dom/client";
import { restoreTheme } from "../theme";
import { Dashboard } from "./Dashboard";
import { pageSource, type Source } from "./source";
import { usePageTheme } from "./themes";

function Page({ source }: { source: Source }) {
  return <Dashboard source={source} themed={usePageTheme()} asking={null} />;
}

function complain(place: HTMLElement, error: Error): void {
  const told = document.createElement("p");
  told.className = "failed";
  told.setAttribute("role", "alert");
  told.textContent = error.message;
  place.prepend(told);
}

restoreTheme();
const place = document.getElementById("neuronscope");
if (place)
  pageSource(document).then(
    (source) => createRoot(place).render(<Page source={source} />),
    (error: Error) => complain(place, error),
  );
