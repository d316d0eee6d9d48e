import {
  createContext,
  type PropsWithChildren,
  useCallback,
  useContext,
  useMemo,
  useState,
  useTransition,
} from 'react';
import type { FetchPolicy } from 'relay-runtime';

type Reload = {
  /** Changes with each reload: give it to `useLazyLoadQuery` and to error boundaries. */
  fetchKey: number;
  fetchPolicy: FetchPolicy;
  /** Reads the data of the page again, while the page stays as it is. */
  reload: () => void;
  isReloading: boolean;
};

const ReloadContext = createContext<Reload>({
  fetchKey: 0,
  fetchPolicy: 'store-or-network',
  reload: () => undefined,
  isReloading: false,
});

/** Returns how the page is read again. */
export function useReload(): Reload {
  return useContext(ReloadContext);
}

/** Gives a page the means to be read again. The first time, it takes what the store of Relay has. */
export function ReloadProvider({ children }: PropsWithChildren) {
  const [fetchKey, setFetchKey] = useState(0);
  const [isReloading, startTransition] = useTransition();
  const reload = useCallback(() => startTransition(() => setFetchKey((key) => key + 1)), []);
  const value = useMemo(
    (): Reload => ({
      fetchKey,
      fetchPolicy: fetchKey === 0 ? 'store-or-network' : 'network-only',
      reload,
      isReloading,
    }),
    [fetchKey, reload, isReloading],
  );
  return <ReloadContext value={value}>{children}</ReloadContext>;
}
