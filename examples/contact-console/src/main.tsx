import '@fontsource-variable/inter/wght.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RelayEnvironmentProvider } from 'react-relay';
import { App } from './App';
import { AddressProvider } from './address/address';
import { environment } from './relay/environment';

const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root');

createRoot(container).render(
  <StrictMode>
    <RelayEnvironmentProvider environment={environment}>
      <AddressProvider>
        <App />
      </AddressProvider>
    </RelayEnvironmentProvider>
  </StrictMode>,
);
