/** What can be done with a unit of one's own list: move it, say something of it, take it out. */

type Props = {
  of: string;
  first: boolean;
  last: boolean;
  onMove: (by: 1 | -1) => void;
  onNote: () => void;
  onRemove: () => void;
};

export function RowControls({ of, first, last, onMove, onNote, onRemove }: Props) {
  return (
    <div className="controls">
      <button
        type="button"
        data-act="up"
        disabled={first}
        aria-label={`Move ${of} up`}
        onClick={() => onMove(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        data-act="down"
        disabled={last}
        aria-label={`Move ${of} down`}
        onClick={() => onMove(1)}
      >
        ↓
      </button>
      <button type="button" data-act="note" onClick={onNote}>
        Note <span className="hidden">about {of}</span>
      </button>
      <button type="button" onClick={onRemove}>
        Remove <span className="hidden">{of}</span>
      </button>
    </div>
  );
}
