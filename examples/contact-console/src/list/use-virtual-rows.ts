import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';
import type { RowFocus } from './use-row-focus';

/** The height of a row in pixels; list.css has it too. */
const ROW_HEIGHT = 64;

/** How far each selection was scrolled, so that going back from a contact shows the same rows. */
const offsets = new Map<string, number>();

type Options = {
  scroller: RefObject<HTMLDivElement | null>;
  count: number;
  /** The parameters of the address that select the rows. */
  selection: string;
  focus: RowFocus;
};

/** Returns the rows that have to be in the document: those in view, some around them, and the one that takes the focus. */
export function useVirtualRows({ scroller, count, selection, focus: { activeIndex, requestedIndex } }: Options) {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    // Without it, each event of scrolling renders synchronously, also where several come in one frame.
    useFlushSync: false,
    initialOffset: offsets.get(selection) ?? 0,
    onChange: ({ scrollOffset }) => offsets.set(selection, scrollOffset ?? 0),
    rangeExtractor(range) {
      const indexes = new Set([...defaultRangeExtractor(range), activeIndex].filter((index) => index < range.count));
      return [...indexes].sort((a, b) => a - b);
    },
  });
  useEffect(() => {
    if (requestedIndex !== undefined) virtualizer.scrollToIndex(requestedIndex);
  }, [requestedIndex, virtualizer]);
  return {
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    lastIndex: virtualizer.range?.endIndex ?? 0,
  };
}
