import {
  createContext,
  type MouseEvent,
  type PropsWithChildren,
  type Ref,
  useContext,
  useEffect,
  useMemo,
  useState,
  useTransition,
} from 'react';

/** The address of the page, and whether the next one is being loaded. */
type Address = { path: string; search: URLSearchParams; isPending: boolean };

const AddressContext = createContext<Address>({ path: '/', search: new URLSearchParams(), isPending: false });

const NAVIGATED = 'contact-console:navigated';

/** Goes to an address of the app. `replace` leaves no entry in the history of the browser. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new Event(NAVIGATED));
}

/** Returns the address of the page. */
export function useAddress(): Address {
  return useContext(AddressContext);
}

/** Keeps the present page while the next one waits for its data: an address changes in a transition. */
export function AddressProvider({ children }: PropsWithChildren) {
  const [{ pathname, search }, setLocation] = useState(readLocation);
  const [isPending, startTransition] = useTransition();
  useEffect(() => {
    const update = () => startTransition(() => setLocation(readLocation()));
    addEventListener('popstate', update);
    addEventListener(NAVIGATED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(NAVIGATED, update);
    };
  }, []);
  const address = useMemo(
    () => ({ path: pathname, search: new URLSearchParams(search), isPending }),
    [pathname, search, isPending],
  );
  return <AddressContext value={address}>{children}</AddressContext>;
}

function readLocation() {
  return { pathname: location.pathname, search: location.search };
}

type LinkProps = PropsWithChildren<{
  to: string;
  className?: string;
  tabIndex?: number;
  isCurrent?: boolean;
  onFocus?: () => void;
  ref?: Ref<HTMLAnchorElement>;
}>;

/** A link to a page of the app. With a modifier key it opens a new tab, as any link does. */
export function Link({ to, isCurrent = false, children, ...props }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} onClick={follow} aria-current={isCurrent ? 'page' : undefined} {...props}>
      {children}
    </a>
  );
}
