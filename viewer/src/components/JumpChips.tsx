/** On a narrow screen: one chip per pane, which brings it into view. */
export function JumpChips({ panes }: { panes: readonly (readonly [string, string])[] }) {
  const jump = (id: string) => {
    const pane = document.getElementById(id);
    pane?.scrollIntoView({ block: "start" });
    pane?.focus({ preventScroll: true });
  };
  return (
    <nav className="jump" aria-label="Parts of this page">
      {panes.map(([id, title]) => (
        <button key={id} type="button" onClick={() => jump(id)}>
          {title}
        </button>
      ))}
    </nav>
  );
}
