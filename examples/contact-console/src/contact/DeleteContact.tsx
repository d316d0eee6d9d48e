import { useState } from 'react';
import { graphql, useMutation } from 'react-relay';
import { navigate } from '../address/address';
import { countDeleted, lastListAddress, storedConnections } from '../list/contact-connection';
import { sentenceForWrite } from '../relay/gateway-error';
import { Dialog } from '../shared/Dialog';
import { notify } from '../shared/notice';
import type { DeleteContactMutation } from './__generated__/DeleteContactMutation.graphql';

/** Deletes the contact after a confirmation, and leads back to the list. Relay removes it from all lists that it has stored. */
export function DeleteContact({ contactId, name }: { contactId: string; name: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [commit, isDeleting] = useMutation<DeleteContactMutation>(graphql`
    mutation DeleteContactMutation($input: DeleteContactInput!, $connections: [ID!]!) {
      deleteContact(input: $input) {
        deletedContactId @deleteEdge(connections: $connections)
        deletedRecordId: deletedContactId @deleteRecord
        userErrors {
          message
        }
      }
    }
  `);
  const confirm = () => {
    setProblem(undefined);
    commit({
      variables: { input: { id: contactId }, connections: storedConnections() },
      updater: (store, response) => {
        if (response?.deleteContact?.deletedContactId) countDeleted(store);
      },
      onCompleted({ deleteContact }) {
        const userError = deleteContact?.userErrors[0];
        if (userError !== undefined) return setProblem(`Not deleted. ${userError.message}`);
        notify(`${name} was deleted.`);
        navigate(lastListAddress(), { replace: true });
      },
      onError: (error) => setProblem(sentenceForWrite('Not deleted.', error)),
    });
  };
  return (
    <>
      <button type="button" className="button button-bad" onClick={() => setIsOpen(true)}>
        Delete
      </button>
      {isOpen && (
        <Dialog title={`Delete ${name}?`} onClose={() => setIsOpen(false)}>
          <p>The contact and its history are deleted permanently.</p>
          {problem !== undefined && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          <form method="dialog" className="dialog-actions">
            <button type="submit" className="button">
              Keep
            </button>
            <button type="button" className="button button-bad" onClick={confirm} disabled={isDeleting}>
              {isDeleting ? 'Deleting …' : 'Delete'}
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
