import { formatBytes } from '../shared/format';
import type { Month } from './sum-by-month';

const short = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Bars for the months, received above sent. Screen readers get the same as a table. */
export function TrafficChart({ months }: { months: readonly Month[] }) {
  const most = Math.max(1, ...months.map(({ toDevice, fromDevice }) => toDevice + fromDevice));
  const heightOf = (bytes: number) => ({ height: `${(bytes / most) * 100}%` });
  return (
    <figure>
      <div className="chart" aria-hidden="true">
        <span className="chart-most">{formatBytes(most)}</span>
        {months.map(({ month, toDevice, fromDevice }) => (
          <div
            key={month.getTime()}
            className="chart-month"
            title={`${long.format(month)}: ${formatBytes(toDevice)} received, ${formatBytes(fromDevice)} sent`}
          >
            <div className="chart-bar">
              <div className="chart-received" style={heightOf(toDevice)} />
              <div className="chart-sent" style={heightOf(fromDevice)} />
            </div>
            {short.format(month)}
          </div>
        ))}
      </div>
      <table className="visually-hidden">
        <caption>Traffic by month</caption>
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Received</th>
            <th scope="col">Sent</th>
          </tr>
        </thead>
        <tbody>
          {months.map(({ month, toDevice, fromDevice }) => (
            <tr key={month.getTime()}>
              <th scope="row">{long.format(month)}</th>
              <td>{formatBytes(toDevice)}</td>
              <td>{formatBytes(fromDevice)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
