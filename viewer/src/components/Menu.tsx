/** The page's one menu: what can be done with the text it was opened on. Opened by `useMenu`, drawn last. */
import { createContext, type MouseEvent, type ReactNode, useContext, useState } from "react";
import type { ActivationRecord } from "../nouns";
import { isSelecting } from "../tree";
import { late } from "./Late";

/** Where it opens, on what, and what is focused when it closes. */
export type Opened = { left: number; top: number; record: ActivationRecord; from: HTMLElement | null };

const RecordMenu = late(async () => (await import("./RecordMenu")).RecordMenu, 0);

const MenuContext = createContext<(opened: Opened) => void>(() => {});

/** What a click or a context-menu key on a row of a list opens; null where the browser's own menu is wanted. */
export function openedBy(event: MouseEvent<HTMLElement>, record: ActivationRecord): Opened | null {
  const { currentTarget: row, clientX, clientY, nativeEvent } = event;
  const finger = "pointerType" in nativeEvent && nativeEvent.pointerType === "touch";
  if (event.type === "contextmenu" && (finger || isSelecting(row))) return null; // a long press selects a word
  event.preventDefault();
  const { left, top } = row.getBoundingClientRect();
  const from = row.closest("li")?.querySelector<HTMLElement>(".heatmap") ?? null;
  const byKey = clientX === 0 && clientY === 0;
  return { record, from, left: byKey ? left + 64 : clientX, top: byKey ? top + 24 : clientY };
}

export const useMenu = () => useContext(MenuContext);

export function MenuProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  return (
    <MenuContext value={setOpened}>
      {children}
      {opened && <RecordMenu {...{ opened }} onClose={() => setOpened(null)} />}
    </MenuContext>
  );
}
