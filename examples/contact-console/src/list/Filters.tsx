import './filters.css';
import { type ChangeEvent, type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { navigate, useAddress } from '../address/address';
import { signupMethods } from '../shared/signup-methods';
import { type Criterion, orders, requirements } from './criteria';

/** The search and the filters. Their state is the address, so that it can be shared, and the browser can go back. */
export function Filters() {
  const { search } = useAddress();
  const change = (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
    setCriterion(search, event.target.name, event.target.value);
  return (
    <search className="filters">
      <SearchField key={search.get('q')} />
      <Choice name="method" label="Signed up by" onChange={change}>
        <option value="">Any way</option>
        {signupMethods.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Choice>
      <Choice name="has" label="Has" onChange={change}>
        <option value="">Anything</option>
        {requirements.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Choice>
      <Choice name="marketing" label="Marketing" onChange={change}>
        <option value="">Any answer</option>
        <option value="yes">Accepted</option>
      </Choice>
      <DayField name="from" label="Created from" onChange={change} />
      <DayField name="to" label="Created until" onChange={change} />
      <Choice name="order" label="Order" onChange={change}>
        {orders.map(({ value, label }, index) => (
          <option key={value} value={index === 0 ? '' : value}>
            {label}
          </option>
        ))}
      </Choice>
    </search>
  );
}

/** The search starts with Enter, because it finds exact values only. The key / focuses it. */
function SearchField() {
  const { search } = useAddress();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setCriterion(search, 'q', input.current?.value.trim() ?? '');
  };
  return (
    <form className="search-field" onSubmit={submit}>
      <label htmlFor="search">Search</label>
      <input
        {...{ id: 'search', name: 'q', type: 'search', ref: input }}
        defaultValue={search.get('q') ?? ''}
        placeholder="Exact e-mail, phone or username"
        autoComplete="off"
        aria-keyshortcuts="/"
        enterKeyHint="search"
      />
    </form>
  );
}

type ControlProps = {
  name: Criterion;
  label: string;
  onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void;
};

function Choice({ name, label, onChange, children }: ControlProps & { children: ReactNode }) {
  const value = useAddress().search.get(name) ?? '';
  return (
    <label className={value === '' ? 'filter' : 'filter filter-active'}>
      <span>{label}</span>
      <select {...{ name, value, onChange }}>{children}</select>
    </label>
  );
}

function DayField({ name, label, onChange }: ControlProps) {
  const value = useAddress().search.get(name) ?? '';
  return (
    <label className={value === '' ? 'filter' : 'filter filter-active'}>
      <span>{label}</span>
      <input type="date" {...{ name, value, onChange }} />
    </label>
  );
}

function setCriterion(search: URLSearchParams, name: string, value: string): void {
  const next = new URLSearchParams(search);
  if (value === '') next.delete(name);
  else next.set(name, value);
  navigate(next.size === 0 ? '/' : `/?${next}`);
}
