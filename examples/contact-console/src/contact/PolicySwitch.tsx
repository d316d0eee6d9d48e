import { useState } from 'react';
import { graphql, useMutation } from 'react-relay';
import { sentenceForWrite } from '../relay/gateway-error';
import type { PolicySwitchMutation } from './__generated__/PolicySwitchMutation.graphql';
import { type Acceptance, toPoliciesInput } from './policy-input';

type Props = { contactId: string; policyKey: string; title: string; acceptances: readonly Acceptance[] };

/** Accepts or withdraws a policy. It switches at once; where the gateway cannot save it, Relay switches it back. */
export function PolicySwitch({ contactId, policyKey, title, acceptances }: Props) {
  const [problem, setProblem] = useState<string>();
  const [commit, isSaving] = useMutation<PolicySwitchMutation>(graphql`
    mutation PolicySwitchMutation($input: SetContactPoliciesInput!) {
      setContactPolicies(input: $input) {
        contact {
          id
          policies {
            key
            accepted
          }
        }
        userErrors {
          message
        }
      }
    }
  `);
  const isAccepted = acceptances.some(({ key, accepted }) => key === policyKey && accepted === true);
  const change = () => {
    setProblem(undefined);
    const changed = { key: policyKey, accepted: !isAccepted };
    commit({
      variables: { input: { id: contactId, policies: toPoliciesInput([changed]) } },
      optimisticResponse: {
        setContactPolicies: {
          contact: { id: contactId, policies: acceptances.map((other) => (other.key === policyKey ? changed : other)) },
          userErrors: [],
        },
      },
      onCompleted({ setContactPolicies }) {
        const userError = setContactPolicies?.userErrors[0];
        if (userError !== undefined) setProblem(`Not saved. ${userError.message}`);
        else if (setContactPolicies?.contact == null) setProblem('Saved. Load the page again to see it.');
      },
      onError: (error) => setProblem(sentenceForWrite('Not saved.', error)),
    });
  };
  return (
    <>
      <label className="switch">
        {title}
        <input
          type="checkbox"
          role="switch"
          aria-checked={isAccepted}
          checked={isAccepted}
          onChange={change}
          disabled={isSaving}
        />
      </label>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
