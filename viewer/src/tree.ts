/**
 * Where an element lives: the page itself, or a shadow root in somebody else's, as in a notebook, whose focus, pointer and
 * selection the document does not see into.
 */

type Tree = Document | ShadowRoot;

/** The page or the shadow root that holds an element; the page for one that hangs nowhere. */
export function treeOf(element: Element | null): Tree {
  const root = element?.getRootNode();
  return root instanceof ShadowRoot ? root : document;
}

/** Whether the focus is on this element. */
export const isFocused = (element: Element | null): boolean =>
  element !== null && treeOf(element).activeElement === element;

/** What lies at a place on the screen, in the tree that holds `near`. */
export const elementAt = (near: Element | null, x: number, y: number): Element | null =>
  treeOf(near).elementFromPoint?.(x, y) ?? null;

/** Whether text is being selected in the tree that holds `near`. Chromium answers for a shadow root by itself. */
export function isSelecting(near: Element | null): boolean {
  const tree: Tree & { getSelection?: () => Selection | null } = treeOf(near);
  const selection = tree.getSelection ? tree.getSelection() : window.getSelection();
  return selection?.isCollapsed === false;
}
