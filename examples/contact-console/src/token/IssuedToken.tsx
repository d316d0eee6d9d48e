import { useState } from 'react';
import { formatCount, formatTime } from '../shared/format';
import { QrCode } from './QrCode';

type Props = {
  token: string;
  activationUrl: string | null | undefined;
  expiresAt: string | null | undefined;
  hits: number | null | undefined;
};

/** The token, and its activation URL as a QR code, which a phone scans from the screen. It is shown once and stored nowhere. */
export function IssuedToken({ token, activationUrl, expiresAt, hits }: Props) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(token);
    setIsCopied(true);
  };
  return (
    <div className="token">
      {activationUrl ? (
        <>
          <QrCode text={activationUrl} label="QR code of the activation URL" />
          <p className="minor">Scan it with the phone that is to be set up.</p>
        </>
      ) : (
        <p>The organization has no activation URL.</p>
      )}
      <p className="minor">
        Until {formatTime(expiresAt)}, uses: {formatCount(hits)}
      </p>
      <code className="token-text">{token}</code>
      <form method="dialog" className="dialog-actions">
        <button type="button" className="button" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy the token'}
        </button>
        <button type="submit" className="button button-main">
          Done
        </button>
      </form>
    </div>
  );
}
