import { create } from 'qrcode';

// The standard asks for four free modules around the code.
const QUIET_ZONE = 4;

/** Draws a text as a QR code, dark on light in every color scheme, as readers expect it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = create(text).modules;
  const dark = [...data.entries()].filter(([, isDark]) => isDark);
  const path = dark.map(([index]) => `M${index % size} ${Math.floor(index / size)}h1v1h-1z`).join('');
  const width = size + 2 * QUIET_ZONE;
  return (
    <svg className="qr-code" role="img" viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${width} ${width}`}>
      <title>{label}</title>
      <path d={path} shapeRendering="crispEdges" />
    </svg>
  );
}
