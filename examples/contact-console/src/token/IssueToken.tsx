import './token.css';
import { type FormEvent, useState } from 'react';
import { graphql, useMutation } from 'react-relay';
import { sentenceForWrite } from '../relay/gateway-error';
import { Dialog } from '../shared/Dialog';
import type { IssueTokenMutation, IssueTokenMutation$data } from './__generated__/IssueTokenMutation.graphql';
import { IssuedToken } from './IssuedToken';

const lifetimes = [
  { seconds: 900, label: '15 minutes' },
  { seconds: 3600, label: '1 hour' },
  { seconds: 86_400, label: '1 day' },
];

/** Issues a token for the contact, with which a device is set up for the WiFi without a password. */
export function IssueToken({ contactId, name }: { contactId: string; name: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setIsOpen(true)}>
        Issue a token
      </button>
      {isOpen && (
        <Dialog title={`A token for ${name}`} onClose={() => setIsOpen(false)}>
          <TokenForm contactId={contactId} />
        </Dialog>
      )}
    </>
  );
}

function TokenForm({ contactId }: { contactId: string }) {
  const [problem, setProblem] = useState<string>();
  const [issued, setIssued] = useState<IssueTokenMutation$data['issueContactToken']>();
  const [commit, isIssuing] = useMutation<IssueTokenMutation>(graphql`
    mutation IssueTokenMutation($input: IssueContactTokenInput!) {
      issueContactToken(input: $input) {
        token
        activationUrl
        expiresAt
        hits
        userErrors {
          message
        }
      }
    }
  `);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setProblem(undefined);
    commit({
      variables: {
        input: { id: contactId, expiresIn: Number(form.get('expiresIn')), hits: Number(form.get('hits')) },
      },
      onCompleted({ issueContactToken }) {
        const userError = issueContactToken?.userErrors[0];
        if (userError === undefined) setIssued(issueContactToken);
        else setProblem(userError.message);
      },
      onError: (error) => setProblem(sentenceForWrite('Not issued.', error)),
    });
  };
  if (issued?.token) return <IssuedToken {...{ ...issued, token: issued.token }} />;
  return (
    <form className="token-form" onSubmit={submit}>
      <label>
        Valid for
        <select name="expiresIn" defaultValue="3600">
          {lifetimes.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Uses
        <input name="hits" type="number" defaultValue="1" required />
      </label>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="submit" className="button button-main" disabled={isIssuing}>
          {isIssuing ? 'Issuing …' : 'Issue'}
        </button>
      </div>
    </form>
  );
}
