import { POLICY } from './create-input';

/** A policy of the organization, as the form offers it. */
export type OfferedPolicy = { readonly key: string; readonly title: string; readonly required: boolean };

type Props = { policies: readonly OfferedPolicy[]; messages: ReadonlyMap<string, string> };

/** Check boxes for the policies that the person accepts. */
export function PolicyFields({ policies, messages }: Props) {
  return (
    <fieldset className="create-policies">
      <legend>The person accepts</legend>
      {policies.map(({ key, title, required }) => {
        const message = messages.get(POLICY + key);
        const messageId = `message-${key}`;
        return (
          <div key={key}>
            <label>
              <input
                type="checkbox"
                name={POLICY + key}
                aria-invalid={message !== undefined}
                aria-describedby={messageId}
              />
              {title}
              {required && <span className="badge">required</span>}
            </label>
            <p id={messageId} className="problem">
              {message}
            </p>
          </div>
        );
      })}
      {messages.has('policies') && <p className="problem">{messages.get('policies')}</p>}
    </fieldset>
  );
}
