import { graphql, useFragment } from 'react-relay';
import { formatCount, formatDay } from '../shared/format';
import type { Devices_contact$key } from './__generated__/Devices_contact.graphql';

/** The devices with which the contact has connected. */
export function Devices({ contact }: { contact: Devices_contact$key }) {
  const { devices } = useFragment(
    graphql`
      fragment Devices_contact on Contact @throwOnFieldError {
        devices(first: 20) {
          nodes {
            macAddress
            os
            vendor
            connectionCount
            lastConnectedAt
          }
        }
      }
    `,
    contact,
  );
  if (!devices || devices.nodes.length === 0) return <p className="empty">No device has connected yet.</p>;
  return (
    <ul className="devices">
      {devices.nodes.map(({ macAddress, os, vendor, connectionCount, lastConnectedAt }) => (
        <li key={macAddress}>
          <span className="device-name">
            {vendor ?? 'Unknown vendor'} <span className="minor">{os}</span>
          </span>
          <span className="minor">
            {formatCount(connectionCount)} connections, last on {formatDay(lastConnectedAt)}
          </span>
          <code className="minor">{macAddress}</code>
        </li>
      ))}
    </ul>
  );
}
