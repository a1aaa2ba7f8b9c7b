/**
 * Where an element lives: the page itself, or a shadow root in somebody else's, as in a notebook, whose focus, pointer and
 * selection the document does not see into.
 */

// Chromium's shadow roots answer for a selection themselves
type Tree = Pick<Document, "activeElement" | "elementFromPoint"> & Partial<Pick<Document, "getSelection">>;

const treeOf = (element: Element | null): Tree => (element?.getRootNode() ?? document) as unknown as Tree;

/** Whether the focus is on this element. */
export const isFocused = (element: Element | null): boolean => treeOf(element).activeElement === element;

/** What lies at a place on the screen, in the tree that holds `near`. */
export const elementAt = (near: Element | null, x: number, y: number): Element | null | undefined =>
  treeOf(near).elementFromPoint?.(x, y);

/** Whether text is being selected in the tree that holds `near`. */
export const isSelecting = (near: Element | null): boolean =>
  (treeOf(near).getSelection?.() ?? getSelection())?.isCollapsed === false;
