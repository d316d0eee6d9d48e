import './app.css';
import './shared/layout.css';
import './shared/controls.css';
import './shared/states.css';
import { Link, useAddress } from './address/address';
import { ContactPage } from './contact/ContactPage';
import { CreatePage } from './create/CreatePage';
import { EventFeedPage } from './events/EventFeedPage';
import { ContactListPage } from './list/ContactListPage';
import { Notice } from './shared/notice';
import { Page, PageTitle } from './shared/Page';

/** The frame of the app, and in it the page that the address names. */
export function App() {
  const { path } = useAddress();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="app-bar">
        <Link to="/" className="app-name">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Contact console
        </Link>
        <nav aria-label="Main">
          <Link to="/" isCurrent={path === '/'}>
            Contacts
          </Link>
          <Link to="/events" isCurrent={path === '/events'}>
            Events
          </Link>
        </nav>
        <Link to="/contacts/new" className="button button-main">
          New contact
        </Link>
      </header>
      <main id="main" tabIndex={-1}>
        <Page key={path}>{pageAt(path)}</Page>
      </main>
      <Notice />
    </>
  );
}

function pageAt(path: string) {
  if (path === '/') return <ContactListPage />;
  if (path === '/events') return <EventFeedPage />;
  if (path === '/contacts/new') return <CreatePage />;
  const id = /^\/contacts\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? <UnknownPage /> : <ContactPage id={decodeURIComponent(id)} />;
}

function UnknownPage() {
  return (
    <div className="page empty">
      <PageTitle title="There is no such page" />
      <p>
        <Link to="/">Go to the contacts</Link>
      </p>
    </div>
  );
}
