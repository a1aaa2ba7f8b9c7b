/** Everything that is shown of units side by side; `children` is what is known of each two of them. */
import type { ReactNode } from "react";
import { JumpChips } from "../components/JumpChips";
import { OwnTextsPane } from "./OwnTextsPane";
import { SameTextsPane, type SharedProps } from "./SameTextsPane";
import { SidesPane } from "./SidesPane";

const PANES = [
  ["sides", "Side by side"],
  ["pairs", "How alike"],
  ["same-texts", "Same texts"],
  ["own-texts", "Strongest texts"],
] as const;

export const Sides = ({ children, ...shared }: SharedProps & { children: ReactNode }) => (
  <>
    <JumpChips panes={PANES} />
    <SidesPane sides={shared.sides} />
    {children}
    <SameTextsPane {...shared} />
    <OwnTextsPane {...shared} />
  </>
);
