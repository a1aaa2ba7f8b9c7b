/** What is kept in the graph however weak it is: pinned nodes and groups of them, each with a way out. */
import type { NodeGroup } from "../trace";
import { plural } from "../words";

type Props = {
  pins: readonly number[];
  groups: readonly NodeGroup[];
  nameOf: (node: number) => string;
  onUnpin: (node: number) => void;
  onUngroup: (at: number) => void;
};

export function PinnedNodes({ pins, groups, nameOf, onUnpin, onUngroup }: Props) {
  if (pins.length + groups.length === 0) return null;
  return (
    <ul className="chips" aria-label="Pinned nodes and groups">
      {groups.map(({ name, nodes }, at) => (
        <Chip
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may have one name
          key={at}
          text={`${name}: ${plural(nodes.length, "node")}`}
          title={nodes.map(nameOf).join(", ")}
          act={`Ungroup ${name}`}
          onRemove={() => onUngroup(at)}
        />
      ))}
      {pins.map((node) => (
        <Chip
          key={`node ${node}`}
          text={nameOf(node)}
          act={`Unpin ${nameOf(node)}`}
          onRemove={() => onUnpin(node)}
        />
      ))}
    </ul>
  );
}

type ChipProps = { text: string; title?: string; act: string; onRemove: () => void };

const Chip = ({ text, title, act, onRemove }: ChipProps) => (
  <li className="chip">
    <span {...{ title }}>{text}</span>
    <button type="button" className="remove" aria-label={act} onClick={onRemove}>
      ×
    </button>
  </li>
);
