import './traffic.css';
import { graphql, useFragment } from 'react-relay';
import { formatBytes, formatCount, formatDuration } from '../shared/format';
import type { Traffic_contact$key } from './__generated__/Traffic_contact.graphql';
import { sumByMonth } from './sum-by-month';
import { TrafficChart } from './TrafficChart';

const SESSIONS = 200;

/** How much data the WiFi sessions of the contact have moved, month by month. */
export function Traffic({ contact }: { contact: Traffic_contact$key }) {
  const { accountings } = useFragment(
    graphql`
      fragment Traffic_contact on Contact @throwOnFieldError {
        accountings(first: 200) {
          nodes {
            startedAt
            durationSeconds
            bytesToDevice
            bytesFromDevice
          }
          pageInfo {
            hasNextPage
          }
        }
      }
    `,
    contact,
  );
  const sessions = accountings?.nodes ?? [];
  if (sessions.length === 0) return <p className="empty">No WiFi session yet.</p>;
  const months = sumByMonth(sessions);
  const received = months.reduce((sum, { toDevice }) => sum + toDevice, 0);
  const sent = months.reduce((sum, { fromDevice }) => sum + fromDevice, 0);
  const seconds = sessions.reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0);
  return (
    <>
      <dl className="figures">
        <Figure label="Received" value={formatBytes(received)} mark="received" />
        <Figure label="Sent" value={formatBytes(sent)} mark="sent" />
        <Figure label="Sessions" value={formatCount(sessions.length)} />
        <Figure label="Online" value={formatDuration(seconds)} />
      </dl>
      <TrafficChart months={months} />
      {accountings?.pageInfo.hasNextPage && <p className="minor">The last {SESSIONS} sessions are counted.</p>}
    </>
  );
}

function Figure({
  label,
  value,
  mark = 'none',
}: {
  label: string;
  value: string;
  mark?: 'received' | 'sent' | 'none';
}) {
  return (
    <div className={`figure figure-${mark}`}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
