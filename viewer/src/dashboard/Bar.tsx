/** A dashboard's first line: what it is of, how it is drawn, and the file it can be saved as. */
import { type ReactNode, useState } from "react";
import { saveText } from "../components/Saved";
import { ThemeButton } from "../components/ThemeButton";
import type { Saving } from "../shown";
import type { Themed } from "./themes";

type Props = {
  title: string;
  about: string;
  themed: Themed;
  save: (() => Promise<Saving>) | null;
  children?: ReactNode;
};

export const Bar = ({ title, about, themed: { theme, onTheme }, save, children }: Props) => (
  <header className="dash-bar">
    <p dir="auto">
      <b>{title}</b> <span>{about}</span>
    </p>
    {children}
    {save && <Save save={save} />}
    <ThemeButton {...{ theme, onTheme }} />
  </header>
);

function Save({ save }: { save: () => Promise<Saving> }) {
  const [said, setSaid] = useState("");
  const start = () => {
    setSaid("Saving …");
    save().then(
      ({ name, html }) => {
        saveText(name, "text/html", html);
        setSaid("Saved.");
      },
      (error: Error) => setSaid(error.message),
    );
  };
  return (
    <>
      <button type="button" onClick={start}>
        Save as HTML
      </button>
      <span className="note" role="status">
        {said}
      </span>
    </>
  );
}
