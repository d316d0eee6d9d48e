import { type KeyboardEvent, useCallback, useState } from 'react';

/** Which row has the focus or takes it. */
export type RowFocus = { activeIndex: number; requestedIndex: number | undefined };

const PAGE = 10;

/**
 * Makes the list one stop of the Tab key: the arrow keys move between its rows, as in a list box. The row that has the
 * focus stays in the document when it is scrolled out of view, because the focus would be lost with it.
 */
export function useRowFocus(count: number) {
  const [{ activeIndex, requestedIndex }, setFocus] = useState<RowFocus>({ activeIndex: 0, requestedIndex: undefined });
  const onKeyDown = (event: KeyboardEvent) => {
    const target = targetOf(event.key, activeIndex, count);
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setFocus({ activeIndex: target, requestedIndex: target });
  };
  const onRowFocus = useCallback(
    (index: number) => setFocus((focus) => (focus.activeIndex === index ? focus : { ...focus, activeIndex: index })),
    [],
  );
  return {
    activeIndex,
    requestedIndex,
    onKeyDown,
    propsOf: (index: number) => ({
      index,
      isActive: index === activeIndex,
      takesFocus: index === requestedIndex,
      onRowFocus,
    }),
  };
}

function targetOf(key: string, index: number, count: number): number | undefined {
  const last = count - 1;
  const targets: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + PAGE,
    PageUp: index - PAGE,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  return target === undefined ? undefined : Math.min(Math.max(target, 0), last);
}
