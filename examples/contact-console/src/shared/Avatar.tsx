const HUES = 12;

/** The initials of a person on a color that is always the same for the same id. */
export function Avatar({ id, name, size = 'small' }: { id: string; name: string; size?: 'small' | 'large' }) {
  const hue = [...id].reduce((sum, character) => sum + character.charCodeAt(0), 0) % HUES;
  const initials = name
    .split(' ')
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('');
  return (
    <span className={`avatar avatar-${size}`} style={{ '--hue': (hue * 360) / HUES }} aria-hidden="true">
      {initials}
    </span>
  );
}
