import {
  createContext,
  type MouseEvent,
  type PropsWithChildren,
  type Ref,
  useContext,
  useEffect,
  useState,
} from 'react';

/** The address of the page. A list that takes time to load follows it with `useDeferredValue`. */
type Address = { path: string; search: URLSearchParams };

const AddressContext = createContext<Address>(readAddress());

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

/** Renders the app again when its address changes. */
export function AddressProvider({ children }: PropsWithChildren) {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const update = () => setAddress(readAddress());
    addEventListener('popstate', update);
    addEventListener(NAVIGATED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(NAVIGATED, update);
    };
  }, []);
  return <AddressContext value={address}>{children}</AddressContext>;
}

function readAddress(): Address {
  return { path: location.pathname, search: new URLSearchParams(location.search) };
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
