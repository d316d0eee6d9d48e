import { type InputHTMLAttributes, useId } from 'react';

type Props = InputHTMLAttributes<HTMLInputElement> & { name: string; label: string; message: string | undefined };

/** A field of a form with its label and, when the gateway refuses its value, what to do about it. */
export function Field({ label, message, ...input }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={message !== undefined} aria-describedby={`${id}-message`} {...input} />
      <p id={`${id}-message`} className="problem">
        {message}
      </p>
    </div>
  );
}
