import { type FormEvent, useEffect, useRef, useState } from 'react';
import { commitMutation, graphql, useMutation } from 'react-relay';
import { navigate } from '../address/address';
import { newestFirstConnection } from '../list/contact-connection';
import { sentenceForWrite } from '../relay/gateway-error';
import { personName } from '../shared/format';
import { notify } from '../shared/notice';
import type { CreateFormMutation, CreateFormMutation$data } from './__generated__/CreateFormMutation.graphql';
import { messagesByField, toCreateInput } from './create-input';
import { Field } from './Field';
import { type OfferedPolicy, PolicyFields } from './PolicyFields';

/** The form for a new contact. What the gateway says about a field shows at that field, and the first of them takes the focus. */
export function CreateForm({ policies }: { policies: readonly OfferedPolicy[] }) {
  const form = useRef<HTMLFormElement>(null);
  // The same form sent again, after the network failed, creates no second contact. A change makes it another creation.
  const idempotencyKey = useRef(crypto.randomUUID());
  const [messages, setMessages] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string>();
  const [commit, isCreating] = useMutation<CreateFormMutation>(
    graphql`
    mutation CreateFormMutation($input: CreateContactInput!, $connections: [ID!]!) {
      createContact(input: $input) {
        contactEdge @prependEdge(connections: $connections) {
          cursor
          node {
            id
            firstName
            lastName
            email
            ...ContactRow_contact
          }
        }
        userErrors {
          field
          message
        }
      }
    }
  `,
    (environment, config) =>
      commitMutation<CreateFormMutation>(environment, {
        ...config,
        cacheConfig: { metadata: { idempotencyKey: idempotencyKey.current } },
      }),
  );
  useEffect(() => {
    if (messages.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [messages]);

  const finish = ({ createContact }: CreateFormMutation$data) => {
    const userErrors = createContact?.userErrors ?? [];
    if (userErrors.length > 0) return setMessages(messagesByField(userErrors));
    const contact = createContact?.contactEdge?.node;
    notify(`${contact ? personName(contact) : 'The contact'} was created.`);
    navigate(contact ? `/contacts/${encodeURIComponent(contact.id)}` : '/');
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setMessages(new Map());
    setProblem(undefined);
    const input = toCreateInput(new FormData(event.currentTarget));
    commit({
      variables: { input, connections: [newestFirstConnection()] },
      onCompleted: finish,
      onError: (error) => setProblem(sentenceForWrite('Not created.', error)),
    });
  };
  const changeKey = () => {
    idempotencyKey.current = crypto.randomUUID();
  };
  return (
    // The gateway validates, because it knows the rules; the browser would stop at the first field.
    <form ref={form} className="card create-form" noValidate onSubmit={submit} onChange={changeKey}>
      <Field name="firstName" label="First name" autoComplete="off" message={messages.get('firstName')} />
      <Field name="lastName" label="Last name" autoComplete="off" message={messages.get('lastName')} />
      <Field name="email" label="E-mail" type="email" autoComplete="off" message={messages.get('email')} />
      <Field name="phone" label="Phone" type="tel" placeholder="+39…" message={messages.get('phone')} />
      <Field name="birthDate" label="Born" type="date" message={messages.get('birthDate')} />
      <Field name="country" label="Country" placeholder="IT" message={messages.get('country')} />
      <Field name="companyName" label="Company" autoComplete="off" message={messages.get('companyName')} />
      <Field name="language" label="Language" placeholder="it" message={messages.get('language')} />
      <PolicyFields policies={policies} messages={messages} />
      {problem !== undefined && (
        <p className="failure" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="submit" className="button button-main" disabled={isCreating}>
          {isCreating ? 'Creating …' : 'Create'}
        </button>
      </div>
    </form>
  );
}
